import { DomainEvent } from '../../../core/events/domain-event.js';
import type { DestinationType, DisabledReason } from '../channels/channels.service.js';

/** A destination was disabled without anybody's wish: the other side said 410, or has done nothing but fail for 120 hours. */
export class DestinationDisabled extends DomainEvent {
  constructor(
    readonly tenantId: string,
    readonly type: DestinationType,
    readonly destinationId: string,
    readonly reason: DisabledReason,
  ) {
    super();
  }
}
