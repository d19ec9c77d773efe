import { sanitiseJson } from '../../../core/json/sanitise-json.js';
import { unpack } from '../../../core/packing/packed.js';

/** The body of a parked message as people read it. */
export function bodyOf(packed: Buffer): unknown {
  const bytes = unpack(packed);
  try {
    return sanitiseJson(JSON.parse(bytes.toString())).value;
  } catch {
    return { raw_base64: bytes.toString('base64') };
  }
}

/** What ChirpStack calls the device; undefined: the message does not say. */
export function deviceNameIn(packed: Buffer): string | undefined {
  const info = fieldOf(bodyOf(packed), 'deviceInfo');
  const name = fieldOf(info, 'deviceName');
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
