import { dayOf } from '../../../core/database/partitions/partition-days.rules.js';

/** A device that sends new names for ever must not grow its series for ever. */
export const maxKeysPerDevice = 200;
/** What does not fit goes into another part, so that no row grows without end. */
export const maxPointsPerPart = 4_096;
const maxKeyLength = 128;
/** No sensor means more, and sums of what is beyond could not be told. */
const maxMagnitude = 1e300;

/** The readings of one event, each under its dotted name. */
export interface Sample {
  timeMs: number;
  values: ReadonlyMap<string, number>;
}

/** Points of one key in one day, ascending: milliseconds since midnight UTC, and as many values. */
export interface DayPoints {
  times: number[];
  values: number[];
}

/**
 * Numbers of any depth under dotted names, `air.temperature`, `probes.0`; true and false are 1 and 0, texts are left out.
 * So are paths: each of their points would be two names, and a map draws them.
 */
export function numbersIn(readings: unknown): Map<string, number> {
  const found = new Map<string, number>();
  collect(readings, '', found);
  return found;
}

function collect(value: unknown, path: string, found: Map<string, number>): void {
  if (found.size >= maxKeysPerDevice || path.length > maxKeyLength) return;
  if (typeof value === 'number' && Math.abs(value) <= maxMagnitude) found.set(path, value);
  else if (typeof value === 'boolean') found.set(path, Number(value));
  else if (typeof value === 'object' && value !== null && !isPath(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, path === '' ? key : `${path}.${key}`, found);
  }
}

function isPath(value: object): boolean {
  const isPosition = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && 'latitude' in item && 'longitude' in item;
  return Array.isArray(value) && value.length > 0 && value.every(isPosition);
}

/** A part of a day, under its number. */
export interface DayPart extends DayPoints {
  part: number;
}

/** What stands beside the points of a part, so that a chart of days needs none of them. */
export interface Totals {
  /** The time of the first one. */
  starts: number;
  points: number;
  low: number;
  high: number;
  total: number;
  last: number;
}

/** Samples as day rows hold them: by key, then by the midnight of their day. Of two at one time the last one given stays. */
export function pointsByKeyAndDay(samples: readonly Sample[]): Map<string, Map<number, DayPoints>> {
  const byKey = new Map<string, Map<number, DayPoints>>();
  for (const { timeMs, values } of samples) {
    const day = dayOf(timeMs);
    for (const [key, value] of values) {
      const days = byKey.get(key) ?? new Map<number, DayPoints>();
      byKey.set(key, days);
      const points = days.get(day) ?? { times: [], values: [] };
      days.set(day, points);
      points.times.push(timeMs - day);
      points.values.push(value);
    }
  }
  for (const days of byKey.values()) for (const [day, points] of days) days.set(day, merged(empty, points));
  return byKey;
}

const empty: DayPoints = { times: [], values: [] };

/** Both, ascending; where both have a point at one time, the added one. So adding the same again changes nothing. */
export function merged(kept: DayPoints, added: DayPoints): DayPoints {
  const valueAt = new Map<number, number>();
  for (const points of [kept, added]) {
    points.times.forEach((time, index) => valueAt.set(time, points.values[index] ?? Number.NaN));
  }
  const times = [...valueAt.keys()].sort((one, other) => one - other);
  return { times, values: times.map((time) => valueAt.get(time) ?? Number.NaN) };
}

/** Cut into parts that a row may hold; the first ones are full. */
export function partsOf(points: DayPoints): DayPoints[] {
  const parts: DayPoints[] = [];
  for (let from = 0; from < points.times.length; from += maxPointsPerPart) {
    const to = from + maxPointsPerPart;
    parts.push({ times: points.times.slice(from, to), values: points.values.slice(from, to) });
  }
  return parts;
}

/**
 * The parts that change when points are added: each takes what lies between its first point and the next one's, and what
 * is too much for it goes into new ones. So no two parts of a day ever hold the same time.
 */
export function partsWith(parts: readonly DayPart[], highest: number, added: DayPoints): DayPart[] {
  let number = highest;
  const slots = parts.length === 0 ? [{ part: (number += 1), ...empty }] : parts;
  return slots.flatMap((slot, index) => {
    const from = index === 0 ? -Infinity : (slot.times[0] ?? 0);
    const mine = between(added, from, slots[index + 1]?.times[0] ?? Infinity);
    if (mine.times.length === 0) return [];
    return partsOf(merged(slot, mine)).map((points, at) => ({ part: at === 0 ? slot.part : (number += 1), ...points }));
  });
}

function between({ times, values }: DayPoints, from: number, to: number): DayPoints {
  const kept = times.flatMap((time, index) => (time >= from && time < to ? [index] : []));
  return { times: kept.map((index) => times[index] ?? 0), values: kept.map((index) => values[index] ?? 0) };
}

export function totalsOf({ times, values }: DayPoints): Totals {
  return {
    starts: times[0] ?? 0,
    points: times.length,
    low: Math.min(...values),
    high: Math.max(...values),
    total: values.reduce((sum, value) => sum + value, 0),
    last: values.at(-1) ?? 0,
  };
}

/** `2026-11-20` */
export function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
