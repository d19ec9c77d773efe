import { ValidationFailed } from '../../../core/errors/validation-failed.js';

/** More than any chart can show. */
export const maxPoints = 2_000;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const roundSeconds = [
  ...[1, 5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200],
  ...[1, 2, 7, 14, 28, 91, 364].map((days) => days * 86_400),
];

/** Buckets of one length, the first of which begins at `firstMs`; they begin at whole multiples of it since 1970 in UTC. */
export interface Buckets {
  firstMs: number;
  intervalMs: number;
  count: number;
}

/** `90s`, `5m`, `1h`, `1d` in seconds; null: no interval. */
export function intervalSecondsOf(text: string): number | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  return seconds === 0 ? null : seconds;
}

/**
 * The buckets of a time range for so many series: as fine as an answer may be, unless an interval is asked for.
 *
 * @throws ValidationFailed with the least interval, when the one asked for would make too many points; also when there are
 * more series than points.
 */
export function bucketsOf(range: { fromMs: number; toMs: number }, series: number, asked: number | null): Buckets {
  if (series > maxPoints) {
    const message = `would be ${series.toString()} series, of which an answer holds ${maxPoints.toString()} points at most: name fewer`;
    throw new ValidationFailed([{ path: 'keys', message }]);
  }
  const most = Math.max(1, Math.floor(maxPoints / Math.max(1, series)));
  const fitting = roundSeconds.find((seconds) => cut(range, seconds).count <= most);
  const least = fitting ?? Math.ceil((range.toMs - range.fromMs) / 1_000 / most) * 2;
  const buckets = cut(range, asked ?? least);
  if (buckets.count <= most) return buckets;
  const message = `makes more than ${maxPoints.toString()} points of ${series.toString()} series; the finest that fits is ${least.toString()}s`;
  throw new ValidationFailed([{ path: 'interval', message }]);
}

function cut({ fromMs, toMs }: { fromMs: number; toMs: number }, seconds: number): Buckets {
  const intervalMs = seconds * 1_000;
  const first = Math.floor(fromMs / intervalMs);
  return { firstMs: first * intervalMs, intervalMs, count: Math.floor((toMs - 1) / intervalMs) - first + 1 };
}
