import type { DeviceStatus } from '../../device-state.entity.js';

/**
 * Why a device turned: it sent a message; it sent none for too long; a person put it into maintenance or took it out; a
 * person changed how long it may be silent.
 */
export type TurnReason = 'message' | 'late' | 'maintenance' | 'interval';

/** One turn of one device, as its `status_change` event tells it. */
export interface StatusChange {
  tenantId: string;
  deviceId: string;
  from: DeviceStatus;
  to: DeviceStatus;
  reason: TurnReason;
  /** What else is worth knowing, in snake_case: flows find it beside `from`, `to` and `reason`. */
  details?: Record<string, unknown>;
}
