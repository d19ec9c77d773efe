import { describe, expect, it } from '@jest/globals';
import { isForNow, mostTries, pauseBefore, retryAfterMs } from './retry.rules.js';

const aMinuteMs = 60_000;

describe('pauseBefore', () => {
  it('waits twice as long each time, and not for ever', () => {
    const pauses = Array.from({ length: mostTries }, (_, index) => pauseBefore(index + 1, undefined, aMinuteMs));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, undefined]);
  });

  it('waits as long as the server asks, but never not at all', () => {
    expect(pauseBefore(1, 7_000, aMinuteMs)).toBe(7_000);
    expect(pauseBefore(1, 0, aMinuteMs)).toBe(100);
  });

  it('does not begin to wait for what comes after its time', () => {
    expect(pauseBefore(1, aMinuteMs, aMinuteMs)).toBeUndefined();
    expect(pauseBefore(1, undefined, 400)).toBeUndefined();
  });
});

describe('retryAfterMs', () => {
  const nowMs = Date.parse('2026-11-20T10:00:00Z');
  it.each([
    ['12', 12_000],
    [' 0 ', 0],
    ['Fri, 20 Nov 2026 10:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('reads %j', (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe('isForNow', () => {
  it('is of servers that are busy or away, not of those that refuse', () => {
    expect([429, 502, 503, 504].every(isForNow)).toBe(true);
    expect([200, 400, 401, 403, 404, 409, 422, 500, 501].some(isForNow)).toBe(false);
  });
});
