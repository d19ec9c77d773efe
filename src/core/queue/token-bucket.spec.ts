import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

/** Takes whatever there is at each of these times and answers how much it was. */
function takeAll(bucket: TokenBucket, timesMs: readonly number[]): number[] {
  return timesMs.map((nowMs) => {
    const count = bucket.available(nowMs);
    for (let taken = 0; taken < count; taken += 1) bucket.take(nowMs);
    return count;
  });
}

describe('TokenBucket', () => {
  it('begins with one second’s worth, and then gives what the time brings', () => {
    expect(takeAll(new TokenBucket(5, 0), [0, 100, 200, 400, 5_000])).toEqual([5, 0, 1, 1, 5]);
  });

  it('lets one through now and then where the rate is below one a second', () => {
    expect(takeAll(new TokenBucket(0.1, 0), [0, 5_000, 9_999, 10_000, 60_000])).toEqual([1, 0, 0, 1, 1]);
  });

  it('pays debts before it gives again', () => {
    const bucket = new TokenBucket(2, 0);
    for (let taken = 0; taken < 6; taken += 1) bucket.take(0);
    expect([bucket.available(1_000), bucket.available(2_000), bucket.available(3_000)]).toEqual([0, 0, 2]);
  });

  it('takes another rate at once', () => {
    const bucket = new TokenBucket(100, 0);
    bucket.changeRate(2, 0);
    expect(takeAll(bucket, [0, 500, 1_000])).toEqual([2, 1, 1]);
  });

  it('is not confused by a clock that goes back', () => {
    const bucket = new TokenBucket(1, 10_000);
    bucket.take(10_000);
    expect([bucket.available(5_000), bucket.available(5_500), bucket.available(6_000)]).toEqual([0, 0, 1]);
  });

  it('never gives more than the rate allows, whenever it is asked', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, (rate, waits) => {
        const bucket = new TokenBucket(rate, 0);
        let nowMs = 0;
        const times = waits.map((wait) => (nowMs += wait));
        const given = takeAll(bucket, times).reduce((sum, count) => sum + count, 0);
        expect(given).toBeLessThanOrEqual(rate + Math.ceil((nowMs / 1_000) * rate));
      }),
    );
  });
});
