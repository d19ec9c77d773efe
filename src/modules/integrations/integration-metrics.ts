import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../core/events/event-bus.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { IntegrationDisabled } from './events/integration-disabled.event.js';

/** Tells operators of integrations that nobody disabled and that are disabled all the same. */
@Injectable()
export class IntegrationMetrics implements OnModuleInit {
  private readonly logger = new Logger(IntegrationMetrics.name);
  private readonly disabled;

  constructor(
    private readonly bus: EventBus,
    metrics: Metrics,
  ) {
    this.disabled = metrics.counter({
      name: 'integrations_disabled_total',
      help: 'Integrations disabled because their endpoint said 410, or did nothing but fail for 120 hours.',
      labels: { reason: ['gone', 'failing'] },
    });
  }

  onModuleInit(): void {
    this.bus.on(IntegrationDisabled, IntegrationMetrics.name, ({ tenantId, integrationId, reason }) => {
      this.disabled.inc({ reason });
      this.logger.warn({ tenant: tenantId, integration: integrationId, reason }, 'an integration was disabled');
    });
  }
}
