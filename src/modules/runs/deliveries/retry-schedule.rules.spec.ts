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
