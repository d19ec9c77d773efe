import { DomainEvent } from '../../../core/events/domain-event.js';
import type { DeviceStatus } from '../device-state.entity.js';

/** So many devices have another status now, and the history of each says so. */
export class DevicesTurned extends DomainEvent {
  constructor(
    readonly to: DeviceStatus,
    readonly count: number,
  ) {
    super();
  }
}
