import { isObject } from '../../../core/json/object-reader.js';
import { isStorableText } from '../../../core/json/storable.js';

/** What an upstream says of a device that it has registered. */
export interface RegistrationAnswer {
  deviceId: string;
  deviceName: string | null;
  /** Where it gives one although the device brought its own. */
  apiKey: string | null;
  registeredAtMs: number | null;
}

const maxLength = 512;

/** Undefined: that is no answer to a registration. Upstreams differ in what they say; without an id it says nothing. */
export function registrationIn(body: unknown): RegistrationAnswer | undefined {
  if (!isObject(body)) return undefined;
  const deviceId = textIn(body['deviceId']) ?? textIn(body['id']);
  if (deviceId === null) return undefined;
  return {
    deviceId,
    deviceName: textIn(body['deviceName']),
    apiKey: textIn(body['apiKey']),
    registeredAtMs: timeIn(body['registeredAt']),
  };
}

export interface UpstreamTarget {
  /** False: nobody has said anything there yet, which Fieldline calls version 0. */
  isSet: boolean;
  apps: Record<string, unknown>;
  config?: Record<string, unknown>;
}

/** Under the device's uuid, or bare. Undefined: that is no target. */
export function targetIn(body: unknown, uuid: string): UpstreamTarget | undefined {
  const state = isObject(body) && uuid in body ? body[uuid] : body;
  if (!isObject(state)) return undefined;
  const { apps, config, version } = state;
  if (!isObject(apps)) return undefined;
  return { isSet: version !== 0, apps, ...(isObject(config) ? { config } : {}) };
}

/** What an upstream says of an error, in whichever of the ways that document 000, RFC 9457 and others know. */
export function reasonIn(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  return textIn(body['message']) ?? textIn(body['detail']) ?? textIn(body['error']) ?? undefined;
}

function textIn(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '' || text.length > maxLength || !isStorableText(text)) return null;
  return text;
}

function timeIn(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && Number.isFinite(ms) && ms > 0 && ms < 8.64e15 ? Math.round(ms) : null;
}
