import type { LatestValues } from '../device-state.entity.js';
import type { Measurement } from '../profiles/device-profile.entity.js';

/** A device that wrote fields without end would be a list without end. */
export const maxSensorsPerDevice = 200;

/** What is known of a device when its sensors are asked for. */
export interface SensorSource {
  deviceId: string;
  deviceName: string;
  /** What tells it from the others of its name; null: there are none. */
  distinction: string | null;
  latest: LatestValues;
  measurements: readonly Measurement[];
}

/** One reading of one device, under a name that no other has in the tenant. */
export interface Sensor {
  name: string;
  deviceId: string;
  deviceName: string;
  /** Dotted, as in series. */
  key: string;
  /** What the profile calls it. */
  label: string | null;
  unit: string | null;
  value: number | boolean | string;
  timeMs: number;
}

/** Every number, truth value and text that a device said last, however deep, by its key. */
export function sensorsOf(source: SensorSource): Sensor[] {
  const { deviceId, deviceName, distinction, latest, measurements } = source;
  const prefix = distinction === null ? deviceName : `${deviceName} (${distinction})`;
  const sensors: Sensor[] = [];
  const collect = (value: unknown, key: string, timeMs: number): void => {
    if (sensors.length >= maxSensorsPerDevice) return;
    if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) collect(part, `${key}.${name}`, timeMs);
    } else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') {
      const { name: label = null, unit = null } = measurements.find((one) => one.key === key) ?? {};
      sensors.push({ name: `${prefix}.${key}`, deviceId, deviceName, key, label, unit, value, timeMs });
    }
  };
  for (const key of Object.keys(latest).sort()) {
    const [value, timeMs] = latest[key] ?? [];
    collect(value, key, timeMs ?? 0);
  }
  return sensors;
}
