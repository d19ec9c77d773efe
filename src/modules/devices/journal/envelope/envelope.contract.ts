import { sanitiseJson } from '../../../../core/json/sanitise-json.js';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import type { DeviceContext } from '../../device-contexts.service.js';
import type { StoredEvent } from '../event-reader.service.js';
import { snakeKeys } from './snake-keys.js';

/** The one message that functions and integrations get, whatever the device spoke. */
export interface Envelope {
  event_id: string;
  event: string;
  time: string;
  received_at: string;
  device: EnvelopeDevice;
  /** Decoded values of an uplink; of other events, what they say. */
  data: Record<string, unknown>;
  /** The device's bytes as base64. */
  payload?: string;
  f_port?: number;
  f_cnt?: number;
  [more: string]: unknown;
}

export interface EnvelopeDevice {
  id: string;
  name: string;
  dev_eui: string | null;
  mac: string | null;
  labels: string[];
  profile: string | null;
  metadata: unknown;
  location: unknown;
}

type JsonObject = Record<string, unknown>;

/** ChirpStack's names that become fields of the envelope; whatever else an event that is no uplink says is its data. */
const uplinkFields = ['dr', 'adr', 'confirmed', 'rxInfo', 'txInfo', 'deviceInfo', 'deduplicationId'] as const;
const notData = new Set<string>([
  ...uplinkFields,
  'time',
  'data',
  'object',
  'fPort',
  'fCnt',
  'regionConfigId',
  'devAddr',
]);

/**
 * Builds the envelope of a stored event. Pure: the same event and the same device context always give the same text, so
 * the envelope itself is never stored. Absent fields are left out rather than null.
 */
export function envelopeOf(event: StoredEvent, device: EnvelopeDevice): Envelope {
  const body = event.json ?? parsedBody(event.body);
  return {
    event_id: event.id,
    event: event.event,
    time: event.time.toISOString(),
    received_at: new Date(timeOf(event.id)).toISOString(),
    device,
    data: dataOf(event, body),
    ...(typeof body['data'] === 'string' ? { payload: body['data'] } : {}),
    ...(event.fPort === null ? {} : { f_port: event.fPort }),
    ...(event.fCnt === null ? {} : { f_cnt: event.fCnt }),
    ...(snakeKeys(picked(body, uplinkFields)) as JsonObject),
  };
}

/** The same message with what a codec made of its bytes; null or undefined: nothing. */
export function withDecoded(envelope: Envelope, decoded: Record<string, unknown> | null | undefined): Envelope {
  return decoded === null || decoded === undefined ? envelope : { ...envelope, data: decoded };
}

export function envelopeDevice(context: DeviceContext): EnvelopeDevice {
  const { id, name, dev_eui, mac, profile, metadata, location } = context;
  const labels = context.labels.map((label) => label.name).sort();
  return { id, name, dev_eui, mac, labels, profile: profile?.name ?? null, metadata, location };
}

/** What `data` would be in the envelope, for who needs nothing else of it. */
export function readingsOf(event: Pick<StoredEvent, 'event' | 'body' | 'json'>): Record<string, unknown> {
  return dataOf(event, event.json ?? parsedBody(event.body));
}

/** The event's named readings, or what an event of another kind says. */
function dataOf(event: Pick<StoredEvent, 'event'>, body: Readonly<JsonObject>): JsonObject {
  if (event.event === 'up') return isObject(body['object']) ? body['object'] : {};
  // What a device says of itself is all readings, under whatever names it gives them.
  if (event.event === 'telemetry') return body;
  const said = Object.keys(body).filter((key) => !notData.has(key));
  return snakeKeys(picked(body, said)) as JsonObject;
}

function parsedBody(bytes: Buffer): JsonObject {
  const { value } = sanitiseJson(JSON.parse(bytes.toString()));
  return isObject(value) ? value : {};
}

function picked(body: Readonly<JsonObject>, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => key in body).map((key) => [key, body[key]]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
