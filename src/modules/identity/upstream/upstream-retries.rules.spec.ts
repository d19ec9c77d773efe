import { describe, expect, it } from '@jest/globals';
import { delayAfterFailuresMs, isRefusal, pollDelayMs } from './upstream-retries.rules.js';

describe('what failed', () => {
  it('is tried again ever more seldom, at least four times an hour', () => {
    const delays = Array.from({ length: 14 }, (_, n) => delayAfterFailuresMs(n + 1, 0.5));
    expect(delays.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays.at(-1)).toBe(15 * 60_000);
    expect(delayAfterFailuresMs(10_000, 0.5)).toBe(15 * 60_000);
  });

  it('does not come back together with others that failed at the same time', () => {
    expect(delayAfterFailuresMs(3, 0)).toBe(2_800);
    expect(delayAfterFailuresMs(3, 0.999)).toBeGreaterThan(5_150);
    expect(pollDelayMs(60, 0)).toBe(54_000);
    expect(pollDelayMs(60, 0.5)).toBe(60_000);
  });

  it('waits as long as the upstream asks', () => {
    expect(delayAfterFailuresMs(1, 0.5, 60_000)).toBe(60_000);
  });

  it('is over where another try would be answered the same', () => {
    for (const status of [400, 401, 403, 409, 422]) expect(isRefusal(status, false)).toBe(true);
    for (const status of [404, 405]) expect([isRefusal(status, true), isRefusal(status, false)]).toEqual([true, false]);
    for (const status of [302, 408, 429, 500, 502, 503]) expect(isRefusal(status, true)).toBe(false);
  });
});
