import { describe, expect, it } from '@jest/globals';
import { bucketsOf, intervalSecondsOf } from './series-interval.rules.js';

const dayMs = 86_400_000;
const fromMs = Date.UTC(2026, 10, 20);

describe('intervalSecondsOf', () => {
  it.each([
    ['30s', 30],
    ['5m', 300],
    ['1h', 3_600],
    ['2d', 172_800],
    ['0m', null],
    ['5', null],
    ['m', null],
  ])('%s', (text, seconds) => {
    expect(intervalSecondsOf(text)).toBe(seconds);
  });
});

describe('bucketsOf', () => {
  it('is as fine as an answer may be', () => {
    expect(bucketsOf({ fromMs, toMs: fromMs + dayMs }, 1, null)).toEqual({
      firstMs: fromMs,
      intervalMs: 60_000,
      count: 1_440,
    });
    expect(bucketsOf({ fromMs, toMs: fromMs + dayMs }, 4, null).intervalMs).toBe(300_000);
    expect(bucketsOf({ fromMs, toMs: fromMs + 365 * dayMs }, 1, null).intervalMs).toBe(21_600_000);
  });

  it('holds a hundred years of two thousand series', () => {
    const { count } = bucketsOf({ fromMs: 0, toMs: 36_500 * dayMs }, 2_000, null);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(1);
  });

  it('begins at whole multiples, so that the first and the last bucket may be cut', () => {
    const buckets = bucketsOf({ fromMs: fromMs + 1, toMs: fromMs + 3_600_001 }, 1, 3_600);
    expect(buckets).toEqual({ firstMs: fromMs, intervalMs: 3_600_000, count: 2 });
  });

  it('holds no more series than an answer has points', () => {
    expect(() => bucketsOf({ fromMs, toMs: fromMs + dayMs }, 2_001, null)).toThrow('name fewer');
  });

  it('says which interval would fit when the one asked for does not', () => {
    expect(() => bucketsOf({ fromMs, toMs: fromMs + 30 * dayMs }, 1, 60)).toThrow(
      'interval: makes more than 2000 points of 1 series; the finest that fits is 1800s',
    );
  });
});
