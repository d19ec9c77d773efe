import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import type { Precision } from '../config/storage-config.js';
import type { FieldValue, Point } from './point.js';

/*
 * InfluxDB's line protocol, of 1.x and 2.x alike:
 *
 *   climate,dev_eui=0102030405060708,device=Hall\ 2 battery.mv=3600,door="open",humidity=48.5,count=7i 1763640000000
 *
 * A field has one type for ever: the first write decides, and later points of another are refused. JSON does not tell 21
 * from 21.0, so every number is a float unless the storage's config names it as an integer.
 */

/** Refused as names by InfluxDB; a value of that name is kept under another one. */
const reserved = new Set(['time', '_time', '_field', '_measurement']);

/** One line without its end, or why the point cannot be written. */
export function lineOf(point: Point, precision: Precision, integers: ReadonlySet<string>): string | Failure {
  const fields = Object.entries(point.fields);
  const wrong = fields.find(([name, value]) => integers.has(name) && !Number.isSafeInteger(value));
  if (wrong !== undefined) {
    return failed('point.not_an_integer', `${wrong[0]} is configured as an integer and is none`, false);
  }
  const tags = Object.entries(point.tags)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `,${keyOf(name)}=${escaped(value)}`);
  const values = fields.map(([name, value]) => `${keyOf(name)}=${valueOf(value, integers.has(name))}`);
  return `${measurementOf(point.measurement)}${tags.join('')} ${values.join(',')} ${timeIn(precision, point.timeMs)}`;
}

export function timeIn(precision: Precision, timeMs: number): string {
  const ms = BigInt(Math.round(timeMs));
  if (precision === 'ns') return (ms * 1_000_000n).toString();
  if (precision === 'us') return (ms * 1_000n).toString();
  return precision === 'ms' ? ms.toString() : Math.floor(timeMs / 1_000).toString();
}

function valueOf(value: FieldValue, isInteger: boolean): string {
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  if (typeof value === 'boolean') return value.toString();
  return isInteger ? `${value.toString()}i` : value.toString();
}

/** A `#` at its beginning would make the line a comment. */
function measurementOf(name: string): string {
  return cut(name).replace(/^#/, '_').replaceAll(/[, ]/g, '\\$&');
}

function keyOf(name: string): string {
  const key = escaped(name);
  return key === '' || reserved.has(key) ? `${key}_` : key;
}

function escaped(text: string): string {
  return cut(text).replaceAll(/[,= ]/g, '\\$&');
}

/** No line may end early, and a backslash at the end would take the next separator with it: there is no way to write one. */
function cut(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\\+$/, '');
}
