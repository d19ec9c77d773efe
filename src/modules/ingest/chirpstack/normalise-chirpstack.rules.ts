import { createHash } from 'node:crypto';
import { sanitiseJson, type JsonFault } from '../../../core/json/sanitise-json.js';
import type { DeviceEvent } from '../../devices/journal/device-event.contract.js';

/*
 * ChirpStack posts each event once and forgets it, so nothing here may refuse: whatever is missing or odd in a JSON
 * object is taken as absent, and what had to be mended is said on the event. Facts: ChirpStack v4's HTTP integration.
 */

/** Gateways' clocks run ahead; further than this is not a clock but a fault. */
const maxAheadMs = 10 * 60_000;
const beforeLoraWanMs = Date.UTC(2015, 0);
const maxDevEuiLength = 64;
const eventNamePattern = /^[a-z][a-z0-9_]{0,31}$/;
/** These carry no id of their own: copies are told by their bytes. */
const eventsWithoutId = new Set(['log', 'txack']);

type JsonObject = Record<string, unknown>;

/** One event of ChirpStack as the journal takes it. Pure: the same bytes at the same time give the same event. */
export function normaliseChirpStack(message: {
  tenantId: string;
  eventName: string | undefined;
  body: Buffer;
  json: JsonObject;
  receivedAtMs: number;
}): DeviceEvent {
  const { tenantId, body, json, receivedAtMs } = message;
  const event = eventNameOf(message.eventName, json);
  const { value, faults } = sanitiseJson(json);
  return {
    tenantId,
    source: 'chirpstack',
    devEui: devEuiOf(json),
    event,
    timeMs: plausibleTimeMs(json['time'], receivedAtMs),
    receivedAtMs,
    fCnt: wholeNumber(json['fCnt'], 0xffff_ffff),
    fPort: wholeNumber(json['fPort'], 255),
    deduplicationId: deduplicationIdOf(event, json, body),
    body,
    json: value as JsonObject,
    error: faults.length === 0 ? null : mended(faults),
  };
}

/** The query names the event; servers before 4.0 and curious hands leave it out, and then the body tells. */
function eventNameOf(given: string | undefined, json: JsonObject): string {
  if (given !== undefined && eventNamePattern.test(given)) return given;
  if (given !== undefined && given !== '') return 'unknown';
  if ('fCnt' in json || 'data' in json || 'object' in json) return 'up';
  return 'devAddr' in json ? 'join' : 'unknown';
}

/** Upper case, as everywhere; an absent or odd one is kept as far as it is text, so that the message can be parked. */
function devEuiOf(json: JsonObject): string {
  const devEui = objectAt(json, 'deviceInfo')['devEui'];
  if (typeof devEui !== 'string') return '';
  return devEui.trim().toUpperCase().toWellFormed().replaceAll('\0', '\ufffd').slice(0, maxDevEuiLength);
}

/** The message's own time where it can be true, else the time it came in: "latest" goes by it. */
function plausibleTimeMs(given: unknown, receivedAtMs: number): number {
  const timeMs = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(timeMs) || timeMs < beforeLoraWanMs || timeMs > receivedAtMs + maxAheadMs) return receivedAtMs;
  return timeMs;
}

function deduplicationIdOf(event: string, json: JsonObject, body: Buffer): string | null {
  if (eventsWithoutId.has(event)) return createHash('sha256').update(body).digest('base64');
  const id = json['deduplicationId'];
  return typeof id === 'string' && id !== '' ? id : null;
}

function wholeNumber(value: unknown, max: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max ? value : null;
}

function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function mended(faults: JsonFault[]): DeviceEvent['error'] {
  const places = faults.map((fault) => `${fault.path} (${fault.code})`).join(', ');
  return {
    code: 'event.mended',
    message: `values that cannot be stored were replaced: ${places}`.slice(0, 1_000),
    faults,
  };
}
