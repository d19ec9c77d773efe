import { DomainEvent } from '../../../core/events/domain-event.js';

/** A device is known from now on. */
export class DeviceRegistered extends DomainEvent {
  constructor(
    readonly tenantId: string,
    readonly deviceId: string,
    readonly devEui: string | null,
  ) {
    super();
  }
}
