import { describe, expect, it } from '@jest/globals';
import { aloneForMs } from './suspects.rules.js';

describe('aloneForMs', () => {
  it('leaves the job of an event all the time it can need', () => {
    expect([1, 2, 9].map((crashes) => aloneForMs('events', crashes))).toEqual([5_000, 5_000, 5_000]);
  });

  it('lets a hundred deliveries pass within a second or two, also after a second crash', () => {
    expect(100 * aloneForMs('deliveries', 1)).toBeLessThanOrEqual(1_000);
    expect(100 * aloneForMs('deliveries', 2)).toBeLessThanOrEqual(2_000);
  });

  it('watches a delivery longer after each further crash, until no attempt can outlast it', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((crashes) => aloneForMs('deliveries', crashes))).toEqual([
      10, 20, 100, 1_000, 10_000, 60_000, 60_000,
    ]);
  });
});
