import { describe, expect, it } from '@jest/globals';
import { maxPointsPerPart, merged, numbersIn, partsOf, pointsByKeyAndDay } from './series-points.rules.js';

const midnight = Date.UTC(2026, 10, 20);
const dayMs = 86_400_000;

describe('numbersIn', () => {
  it('finds numbers of any depth under dotted names, and leaves texts out', () => {
    const readings = {
      temperature: 21.5,
      air: { co2: 400, room: 'a' },
      probes: [1, { deep: 2 }],
      door: true,
      none: null,
    };
    expect([...numbersIn(readings)]).toEqual([
      ['temperature', 21.5],
      ['air.co2', 400],
      ['probes.0', 1],
      ['probes.1.deep', 2],
      ['door', 1],
    ]);
  });

  it('takes no more than two hundred of one message', () => {
    expect(numbersIn(Array.from({ length: 1_000 }, (_, index) => index)).size).toBe(200);
  });

  it('finds nothing in what is no object', () => {
    expect(numbersIn(null).size).toBe(0);
    expect(numbersIn('text').size).toBe(0);
  });
});

describe('pointsByKeyAndDay', () => {
  it('divides at midnight UTC and sorts by time', () => {
    const sample = (timeMs: number, value: number) => ({ timeMs, values: new Map([['t', value]]) });
    const days = pointsByKeyAndDay([sample(midnight + 5, 2), sample(midnight - 1, 3), sample(midnight, 1)]).get('t');
    expect(days?.get(midnight)).toEqual({ times: [0, 5], values: [1, 2] });
    expect(days?.get(midnight - dayMs)).toEqual({ times: [dayMs - 1], values: [3] });
  });
});

describe('merged', () => {
  it('is the same however often the same is added', () => {
    const kept = { times: [1, 3], values: [10, 30] };
    const added = { times: [2, 3], values: [20, 31] };
    const once = merged(kept, added);
    expect(once).toEqual({ times: [1, 2, 3], values: [10, 20, 31] });
    expect(merged(once, added)).toEqual(once);
  });
});

describe('partsOf', () => {
  it('fills one part after the other', () => {
    const times = Array.from({ length: maxPointsPerPart + 1 }, (_, index) => index);
    expect(partsOf({ times, values: times }).map((part) => part.times.length)).toEqual([maxPointsPerPart, 1]);
  });
});
