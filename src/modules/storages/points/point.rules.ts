import { timeOf } from '../../../core/ids/uuid-v7.js';
import { isObject } from '../../../core/json/object-reader.js';
import {
  asText,
  fillTemplate,
  parseTemplate,
  TemplateValueMissing,
  type Template,
} from '../../../core/outbound/template.rules.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import { defaultMeasurement } from '../config/storage-config.js';
import type { FieldValue, Point } from './point.js';

const maxFields = 1_000;
/** What only envelopes have: a message without them is what a function made of one, and all of it is data. */
const envelopeKeys = ['event_id', 'device', 'data', 'received_at'];

/** What a delivery carries. */
interface Carried {
  deliveryId: string;
  deviceId: string | null;
  messageJson: string;
}

interface PointConfig {
  measurement?: string;
  tags?: Record<string, string>;
}

/**
 * Makes the point of each message, by a storage's config, compiled once.
 *
 *   {"time": "2026-11-20T12:00:00Z", "event": "up", "device": {"name": "Hall 2", "labels": ["cold"], …},
 *    "data": {"temperature": 21.5, "battery": {"mv": 3600}, "alarms": [true]}}
 *
 * becomes a point of that time with the tags device, device_id, dev_eui, event, labels and the fields temperature,
 * battery.mv and alarms.0. A message that is no envelope (a function may return anything) is data as a whole; its time is
 * when the event was received, and its device_id the event's.
 */
export class PointMaker {
  private readonly measurement: Template;
  private readonly tags: readonly (readonly [name: string, value: Template])[];

  constructor({ measurement = defaultMeasurement, tags = {} }: PointConfig) {
    this.measurement = parseTemplate(measurement);
    this.tags = Object.entries(tags).map(([name, value]) => [name, parseTemplate(value)]);
  }

  make({ deliveryId, deviceId, messageJson }: Carried): Point | Failure {
    const message: unknown = JSON.parse(messageJson);
    const fields = fieldsOf(dataOf(message));
    const count = Object.keys(fields).length;
    if (count === 0) return failed('point.no_values', 'the message holds no values to write', false);
    if (count > maxFields) return failed('point.too_many_values', `a point has at most ${maxFields} values`, false);
    const measurement = filled(this.measurement, message);
    if (measurement === undefined || measurement === '')
      return failed('template.missing_value', 'the message has no value for the measurement', false);
    const tags = { ...ownTags(message, deviceId), ...this.givenTags(message) };
    return { deliveryId, measurement, timeMs: timeOfMessage(message, deliveryId), tags, fields };
  }

  private givenTags(message: unknown): Record<string, string> {
    const tags = this.tags.map(([name, template]) => [name, filled(template, message)] as const);
    return Object.fromEntries(tags.filter((tag): tag is readonly [string, string] => (tag[1] ?? '') !== ''));
  }
}

/** Undefined: the message holds nothing where the template points. */
function filled(template: Template, message: unknown): string | undefined {
  try {
    return fillTemplate(template, message, oneLine);
  } catch (error) {
    if (error instanceof TemplateValueMissing) return undefined;
    throw error;
  }
}

function dataOf(message: unknown): unknown {
  if (!isObject(message)) return message;
  return envelopeKeys.some((key) => Object.hasOwn(message, key)) ? message['data'] : message;
}

/** Numbers, truths and texts of any depth under dotted keys; null is no value. */
export function fieldsOf(data: unknown): Record<string, FieldValue> {
  const fields = new Map<string, FieldValue>();
  const walk = (key: string, value: unknown): void => {
    if (fields.size > maxFields) return;
    if (typeof value === 'boolean' || typeof value === 'string') fields.set(key, value);
    else if (typeof value === 'number' && Number.isFinite(value)) fields.set(key, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(key === '' ? name : `${key}.${name}`, inner);
    }
  };
  walk(typeof data === 'object' ? '' : 'value', data);
  return Object.fromEntries(fields);
}

function ownTags(message: unknown, deviceId: string | null): Record<string, string> {
  const envelope = isObject(message) ? message : {};
  const device = isObject(envelope['device']) ? envelope['device'] : {};
  const labels: unknown[] = Array.isArray(device['labels']) ? device['labels'] : [];
  const told = {
    device: device['name'],
    device_id: device['id'] ?? deviceId,
    dev_eui: device['dev_eui'],
    event: envelope['event'],
    labels: labels.map(asText).sort().join(','),
    profile: device['profile'],
  };
  const tags = Object.entries(told).map(([name, value]) => [name, typeof value === 'string' ? oneLine(value) : '']);
  return Object.fromEntries(tags.filter(([, value]) => value !== '')) as Record<string, string>;
}

function timeOfMessage(message: unknown, deliveryId: string): number {
  const time = isObject(message) ? message['time'] : undefined;
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isFinite(ms) ? ms : timeOf(deliveryId);
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
}
