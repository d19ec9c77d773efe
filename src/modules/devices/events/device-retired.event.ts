import { DomainEvent } from '../../../core/events/domain-event.js';

/** A device is known no more; its histories stay. */
export class DeviceRetired extends DomainEvent {
  constructor(
    readonly tenantId: string,
    readonly deviceId: string,
    readonly devEui: string | null,
  ) {
    super();
  }
}
