import { describe, expect, it } from '@jest/globals';
import {
  maxPointsPerPart,
  merged,
  numbersIn,
  partsOf,
  partsWith,
  pointsByKeyAndDay,
  totalsOf,
} from './series-points.rules.js';

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

  it('charts a position, and no path', () => {
    const here = { latitude: 52, longitude: 4 };
    expect([...numbersIn({ gps: here, path: [here, { latitude: 52.1, longitude: 4 }] }).keys()]).toEqual([
      'gps.latitude',
      'gps.longitude',
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

describe('partsWith', () => {
  const points = (from: number, count: number, step = 1) => {
    const times = Array.from({ length: count }, (_, index) => from + index * step);
    return { times, values: times };
  };

  it('begins with part 0', () => {
    expect(partsWith([], -1, points(5, 2))).toEqual([{ part: 0, times: [5, 6], values: [5, 6] }]);
  });

  it('puts points where they belong, and gives what is too much a new number', () => {
    const parts = [
      { part: 0, ...points(0, maxPointsPerPart, 10) },
      { part: 1, ...points(100_000, 2) },
    ];
    const changed = partsWith(parts, 1, { times: [5, 100_001, 100_002], values: [1, 2, 3] });
    expect(changed.map(({ part, times }) => [part, times[0], times.length])).toEqual([
      [0, 0, maxPointsPerPart],
      [2, (maxPointsPerPart - 1) * 10, 1],
      [1, 100_000, 3],
    ]);
  });

  it('leaves parts alone that nothing is added to', () => {
    const parts = [
      { part: 0, ...points(10, 3) },
      { part: 3, ...points(50, 3) },
    ];
    expect(partsWith(parts, 3, points(1, 1)).map(({ part, times }) => [part, times])).toEqual([[0, [1, 10, 11, 12]]]);
  });
});

describe('totalsOf', () => {
  it('says what a chart of days needs', () => {
    expect(totalsOf({ times: [3, 9], values: [7, -2] })).toEqual({
      ...{ starts: 3, points: 2, low: -2, high: 7 },
      ...{ total: 5, last: -2 },
    });
  });
});
