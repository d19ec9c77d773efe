import { describe, expect, it } from '@jest/globals';
import { counted, forgottenAfterMs, limits, waitMs, type Count, type Limit } from './throttle.rules.js';

const limit: Limit = { free: 3, forgivenEveryMs: 60_000, firstDelayMs: 1_000, maxDelayMs: 10_000 };

/** Attempts one after the other, each as soon as it may; answers how long each had to be waited for. */
function waits(attempts: number, of: Limit = limit): number[] {
  let nowMs = 0;
  let count: Count | undefined;
  return Array.from({ length: attempts }, () => {
    const wait = count === undefined ? 0 : waitMs(count, nowMs);
    nowMs += wait;
    count = counted(count, of, nowMs);
    return wait;
  });
}

describe('throttling', () => {
  it('lets some through and then asks for longer and longer waits', () => {
    expect(waits(9)).toEqual([0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 10_000]);
  });

  it('forgives one attempt after the other while nobody tries', () => {
    const four = counted(counted(counted(counted(undefined, limit, 0), limit, 0), limit, 0), limit, 0);
    expect(waitMs(four, 0)).toBe(1_000);
    expect(waitMs(counted(four, limit, 59_000), 59_000)).toBe(2_000);
    expect(waitMs(counted(four, limit, 60_000), 60_000)).toBe(1_000);
    expect(waitMs(counted(four, limit, 120_000), 120_000)).toBe(0);
    expect(counted(four, limit, 86_400_000)).toMatchObject({ count: 1 });
  });

  it('never forgives by a clock that is behind', () => {
    const before = counted(undefined, limit, 10_000);
    expect(counted(before, limit, 0)).toMatchObject({ count: 2 });
  });

  it('lets nobody who goes on guess an account more than ten times an hour, or an address more than sixty', () => {
    const perHour = (of: Limit) => {
      const day = waits(2_000, of);
      let passedMs = 0;
      return day.filter((wait) => (passedMs += wait) > 12 * 3_600_000 && passedMs <= 13 * 3_600_000).length;
    };
    expect(perHour(limits['login.account'])).toBeLessThanOrEqual(11);
    expect(perHour(limits['login.address'])).toBeLessThanOrEqual(61);
  });

  it.each(Object.entries(limits))('forgets a count of %s only when it is forgiven', (_, of) => {
    let nowMs = 0;
    let count: Count | undefined;
    for (let attempt = 0; attempt < 1_000; attempt += 1) {
      nowMs += count === undefined ? 0 : waitMs(count, nowMs);
      count = counted(count, of, nowMs);
    }
    expect(counted(count, of, nowMs + forgottenAfterMs).count).toBe(1);
  });
});
