import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../../core/events/event-bus.js';
import { Metrics } from '../../../../core/metrics/metrics.js';
import { destinationTypes } from '../../channels/channels.service.js';
import { DestinationDisabled } from '../../events/destination-disabled.event.js';

/** Tells operators of destinations that nobody disabled and that are disabled all the same. */
@Injectable()
export class DestinationMetrics implements OnModuleInit {
  private readonly logger = new Logger(DestinationMetrics.name);
  private readonly disabled;

  constructor(
    private readonly bus: EventBus,
    metrics: Metrics,
  ) {
    this.disabled = metrics.counter({
      name: 'destinations_disabled_total',
      help: 'Integrations and storages disabled because they said 410, or did nothing but fail for 120 hours.',
      labels: { type: destinationTypes, reason: ['gone', 'failing'] },
    });
  }

  onModuleInit(): void {
    this.bus.on(DestinationDisabled, DestinationMetrics.name, ({ tenantId, type, destinationId, reason }) => {
      this.disabled.inc({ type, reason });
      this.logger.warn({ tenant: tenantId, [type]: destinationId, reason }, `the ${type} was disabled`);
    });
  }
}
