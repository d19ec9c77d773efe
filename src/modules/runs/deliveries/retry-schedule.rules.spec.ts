import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultScheduleMs, delayBeforeNextMs } from './retry-schedule.rules.js';

describe('delayBeforeNextMs', () => {
  it('stays within 20 % of the schedule, attempt by attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: defaultScheduleMs.length - 1 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (made, random) => {
          const planned = defaultScheduleMs[made] ?? Number.NaN;
          const delay = delayBeforeNextMs(defaultScheduleMs, made, random) ?? Number.NaN;
          expect(delay).toBeGreaterThanOrEqual(Math.floor(planned * 0.8));
          expect(delay).toBeLessThanOrEqual(Math.ceil(planned * 1.2));
        },
      ),
    );
  });

  it('ends after the last attempt', () => {
    expect(delayBeforeNextMs(defaultScheduleMs, defaultScheduleMs.length, 0.5)).toBeNull();
    expect(delayBeforeNextMs([0], 1, 0.5)).toBeNull();
  });

  it('waits as long as a Retry-After asks, but never more than a day for it', () => {
    expect(delayBeforeNextMs(defaultScheduleMs, 1, 0.5, 60_000)).toBe(60_000);
    expect(delayBeforeNextMs(defaultScheduleMs, 1, 0.5, 1_000)).toBe(5_000);
    expect(delayBeforeNextMs(defaultScheduleMs, 1, 0.5, 7 * 86_400_000)).toBe(86_400_000);
  });
});

describe('a delivery that always fails, on a virtual clock', () => {
  /** When each attempt is made, in ms from the first one. */
  const attemptsAt = (random: () => number, retryAfterMs?: number): number[] => {
    const times = [0];
    for (;;) {
      const delay = delayBeforeNextMs(defaultScheduleMs, times.length, random(), retryAfterMs);
      if (delay === null) return times;
      times.push((times.at(-1) ?? 0) + delay);
    }
  };
  const gaps = (times: number[]): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));

  it('is tried eleven times, each within 20 % of its plan, and is given up after three days or so', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 10, maxLength: 10 }),
        (chances) => {
          const times = attemptsAt(() => chances.shift() ?? 0);
          expect(times).toHaveLength(11);
          for (const [index, gap] of gaps(times).entries()) {
            const planned = defaultScheduleMs[index + 1] ?? Number.NaN;
            expect(Math.abs(gap - planned)).toBeLessThanOrEqual(planned * 0.2 + 1);
          }
          const days = (times.at(-1) ?? 0) / 86_400_000;
          expect(days).toBeGreaterThan(2.5);
          expect(days).toBeLessThan(3.8);
        },
      ),
    );
  });

  it('is never tried sooner than a Retry-After asks, nor later than a day for it', () => {
    expect(gaps(attemptsAt(() => 0.5, 3_600_000)).every((gap) => gap >= 3_600_000)).toBe(true);
    expect(Math.max(...gaps(attemptsAt(() => 0, 1e12)))).toBe(86_400_000);
  });

  it('does not come back together with those that failed in the same moment', () => {
    const second = Array.from({ length: 200 }, () => attemptsAt(Math.random)[1] ?? 0);
    expect(Math.max(...second) - Math.min(...second)).toBeGreaterThan(500);
  });
});
