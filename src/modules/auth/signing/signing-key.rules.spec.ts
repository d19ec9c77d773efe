import { describe, expect, it } from '@jest/globals';
import { activeOf, endOf, isRotationDue, maySignAt, type KeyTimes } from './signing-key.rules.js';

const at = (minute: number): Date => new Date(minute * 60_000);
const aKey = (activates: number, retired: number | null = null, algorithm = 'ES256'): KeyTimes => ({
  algorithm,
  createdAt: at(activates - 10),
  activatesAt: at(activates),
  retiredAt: retired === null ? null : at(retired),
});

describe('the key that signs', () => {
  it('is the newest of its algorithm that is active', () => {
    const [old, young, other] = [aKey(0), aKey(10), aKey(20, null, 'RS256')];
    expect(activeOf([old, young, other], 'ES256', at(30))).toBe(young);
    expect(activeOf([old, young, other], 'RS256', at(30))).toBe(other);
  });

  it('is the old one until the moment at which the announced one takes over', () => {
    const [old, announced] = [aKey(0, 100), aKey(100)];
    expect(activeOf([announced, old], 'ES256', at(99))).toBe(old);
    expect(activeOf([announced, old], 'ES256', at(100))).toBe(announced);
  });

  it('is none before the first', () => {
    const none: KeyTimes[] = [];
    expect(activeOf(none, 'ES256', at(0))).toBeUndefined();
    expect(activeOf([aKey(5), aKey(0, 1)], 'ES256', at(2))).toBeUndefined();
  });
});

describe('a retired key', () => {
  it('is known until its last token has ended', () => {
    expect(endOf(aKey(0, 100))).toEqual(at(116));
    expect(endOf(aKey(0))).toBeNull();
  });

  it('is not believed to have signed afterwards', () => {
    expect(maySignAt(aKey(0, 100), at(100).getTime())).toBe(true);
    expect(maySignAt(aKey(0, 100), at(102).getTime())).toBe(false);
    expect(maySignAt(aKey(0), at(1e6).getTime())).toBe(true);
  });
});

describe('rotation', () => {
  const day = 24 * 60;
  const isDue = (keys: KeyTimes[], now: number) =>
    isRotationDue(keys, { algorithm: 'ES256', everyDays: 90, now: at(now) });

  it('is due when the key has signed for so many days', () => {
    expect(isDue([aKey(0)], 90 * day - 1)).toBe(false);
    expect(isDue([aKey(0)], 90 * day)).toBe(true);
  });

  it('is not while the next one is announced, nor where there is none yet', () => {
    expect(isDue([aKey(0, 90 * day + 10), aKey(90 * day + 10)], 90 * day + 1)).toBe(false);
    expect(isDue([], 90 * day)).toBe(false);
    expect(isDue([aKey(0, null, 'RS256')], 90 * day)).toBe(false);
  });
});
