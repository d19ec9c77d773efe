import type { Envelope } from '../../devices/journal/envelope/envelope.contract.js';

/** A device that sends new names for ever must not grow its row for ever. */
const maxKeys = 200;
const maxValueLength = 2_048;

/**
 * What an event says about the device's present: {key: [value, timeMs, fCnt]}, the form in which device_state keeps it,
 * newest by (time, fCnt) for each key. Null: nothing to keep.
 */
export function latestValuesOf(
  envelope: Pick<Envelope, 'event' | 'data'>,
  timeMs: number,
  fCnt: number | null,
): string | null {
  if (envelope.event !== 'up' && envelope.event !== 'telemetry') return null;
  const entries = Object.entries(envelope.data)
    .filter(([, value]) => value !== undefined && JSON.stringify(value).length <= maxValueLength)
    .slice(0, maxKeys)
    .map(([key, value]) => [key, [value, timeMs, fCnt]]);
  return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries));
}
