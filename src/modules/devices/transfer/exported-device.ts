import type { DeviceStatus, KnownDevice } from '../device-state.entity.js';
import type { DeviceLocation } from '../device.entity.js';

/** A device as it is exported: with names where the API has ids, and without its key. */
export interface ExportedDevice {
  id: string;
  name: string;
  dev_eui: string | null;
  mac: string | null;
  uuid: string | null;
  serial: string | null;
  app_eui: string | null;
  description: string | null;
  site: string | null;
  profile: string | null;
  place: string | null;
  place_id: string | null;
  labels: string[];
  expected_transmit_time: number | null;
  status: DeviceStatus;
  location: DeviceLocation | null;
  metadata: object;
  last_seen_at: string | null;
  created_at: string;
}

export function exportedOf(device: KnownDevice, labels: string[]): ExportedDevice {
  return {
    id: device.id,
    name: device.name,
    dev_eui: device.devEui,
    mac: device.mac,
    uuid: device.uuid,
    serial: device.serial,
    app_eui: device.appEui,
    description: device.description,
    site: device.site,
    profile: device.profileName,
    place: device.placeName,
    place_id: device.placeId,
    labels,
    expected_transmit_time: device.expectedTransmitTime,
    status: device.status,
    location: device.location,
    metadata: device.metadata,
    last_seen_at: device.lastSeenAt?.toISOString() ?? null,
    created_at: device.createdAt.toISOString(),
  };
}
