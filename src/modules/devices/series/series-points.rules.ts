import { dayOf } from '../../../core/database/partitions/partition-days.rules.js';

/** A device that sends new names for ever must not grow its series for ever. */
export const maxKeysPerDevice = 200;
/** What does not fit goes into another part, so that no row grows without end. */
export const maxPointsPerPart = 4_096;
const maxKeyLength = 128;

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

/** Numbers of any depth under dotted names, `air.temperature`, `probes.0`; true and false are 1 and 0, texts are left out. */
export function numbersIn(readings: unknown): Map<string, number> {
  const found = new Map<string, number>();
  collect(readings, '', found);
  return found;
}

function collect(value: unknown, path: string, found: Map<string, number>): void {
  if (found.size >= maxKeysPerDevice || path.length > maxKeyLength) return;
  if (typeof value === 'number' && Number.isFinite(value)) found.set(path, value);
  else if (typeof value === 'boolean') found.set(path, Number(value));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(item, path === '' ? key : `${path}.${key}`, found);
  }
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

/** `2026-11-20` */
export function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
