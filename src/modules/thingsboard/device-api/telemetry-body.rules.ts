import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { sanitiseJson, type JsonFault } from '../../../core/json/sanitise-json.js';
import type { EventError } from '../../devices/journal/device-event.contract.js';
import { DeviceMessageInvalid, TooManyAtOnce } from './device-api.errors.js';

/** One message of those that a body holds. */
export interface TelemetryMessage {
  timeMs: number;
  /** Readings as a JSON object, in the bytes that they came in where nothing stands around them. */
  body: Buffer;
  error: EventError | null;
}

/** What a device has gathered while it was offline comes in one request; this many are a day of one each 90 seconds. */
export const maxMessages = 1_000;
/** A clock runs ahead; further than this, or before there was any such device, it is not set. */
const maxAheadMs = 10 * 60_000;
const earliestMs = Date.UTC(2010, 0);

/**
 * Reads telemetry in all forms that ThingsBoard takes: `{key: value}`, `{ts, values}`, and lists of both. Readings without
 * a time are of the moment at which they came in, and so are those whose time cannot be true; that is said on the event.
 *
 * @throws DeviceMessageInvalid, TooManyAtOnce
 */
export function telemetryIn(bytes: Buffer, receivedAtMs: number): TelemetryMessage[] {
  const json = jsonIn(bytes);
  const items = Array.isArray(json) ? (json as unknown[]) : [json];
  if (items.length > maxMessages) throw new TooManyAtOnce(maxMessages);
  return items.map((item) => {
    if (!isPlainObject(item))
      throw new DeviceMessageInvalid('telemetry is a JSON object of readings, or a list of them');
    if ('ts' in item && 'values' in item) return timed(item['ts'], item['values'], receivedAtMs);
    const { value, faults } = sanitiseJson(item);
    const body = item === json ? bytes : Buffer.from(JSON.stringify(value));
    return { timeMs: receivedAtMs, body, error: errorOf(faults, false) };
  });
}

/** The JSON of a body; what is none is refused in one way, whatever is wrong with it. */
export function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new DeviceMessageInvalid('the body is no JSON');
  }
}

function timed(ts: unknown, values: unknown, receivedAtMs: number): TelemetryMessage {
  if (!isPlainObject(values)) throw new DeviceMessageInvalid('`values` is a JSON object of readings');
  const timeMs = timeIn(ts);
  const isPlausible = timeMs >= earliestMs && timeMs <= receivedAtMs + maxAheadMs;
  const { value, faults } = sanitiseJson(values);
  return {
    timeMs: isPlausible ? timeMs : receivedAtMs,
    body: Buffer.from(JSON.stringify(value)),
    error: errorOf(faults, !isPlausible),
  };
}

/** Milliseconds, also as a text of digits; some clients send seconds with a fraction of milliseconds behind. */
function timeIn(ts: unknown): number {
  const timeMs = typeof ts === 'string' && /^\d{1,16}$/.test(ts) ? Number(ts) : ts;
  if (typeof timeMs === 'number' && Number.isFinite(timeMs)) return Math.trunc(timeMs);
  throw new DeviceMessageInvalid('`ts` is a time in milliseconds');
}

function errorOf(faults: JsonFault[], isTimeReplaced: boolean): EventError | null {
  const said = [
    ...(faults.length === 0 ? [] : ['values that cannot be stored were replaced']),
    ...(isTimeReplaced ? ['`ts` cannot be true: the time at which it came in stands for it'] : []),
  ];
  if (said.length === 0) return null;
  return { code: 'event.mended', message: said.join('; '), ...(faults.length === 0 ? {} : { faults }) };
}
