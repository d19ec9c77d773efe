import type { DeviceLocation } from '../../devices/device.entity.js';
import type { PlaceOnPath } from '../../places/paths/place-paths.service.js';

/** What a placed device is told besides that it is registered. */
export interface PlacementReport {
  /** As the device is known: one that was found by its serial number or name may have another. */
  uuid: string;
  /** What it speaks with as ThingsBoard’s devices do; the same each time. */
  accessToken: string;
  /** The device was made by this very call. */
  isNew: boolean;
  /** When its first telemetry came; null: it is still to say its first word. */
  handshakeAt: Date | null;
  location: DeviceLocation | null;
  /** Where it stands, from the top. */
  path: PlaceOnPath[];
}
