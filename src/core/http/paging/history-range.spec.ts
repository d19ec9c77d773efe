import { describe, expect, it } from '@jest/globals';
import { idFloor, newId } from '../../ids/uuid-v7.js';
import { cursorOf, rangeOf } from './history-range.js';

const noon = Date.parse('2026-11-20T12:00:00Z');

describe('rangeOf', () => {
  it('is everything when nothing is asked', () => {
    expect(rangeOf({})).toEqual({
      floor: idFloor(0),
      before: { id: 'ffffffff-ffff-ffff-ffff-ffffffffffff', seq: 0 },
    });
  });

  it('turns a time range into a range of ids, the end left out', () => {
    const { floor, before } = rangeOf({ from: '2026-11-20T12:00:00Z', to: '2026-11-20T14:00:00.000+01:00' });
    expect(floor).toBe(idFloor(noon));
    expect(before).toEqual({ id: idFloor(noon + 3_600_000), seq: 0 });
    expect(newId(noon) >= floor).toBe(true);
    expect(newId(noon + 3_600_000) < before.id).toBe(false);
  });

  it('goes on below a cursor, but never beyond the end of the time range', () => {
    const key = { id: newId(noon), seq: 7 };
    const cursor = cursorOf(key);
    expect(cursor).toMatch(/^[\w-]{24}$/);
    expect(rangeOf({ cursor }).before).toEqual(key);
    expect(rangeOf({ cursor, to: '2026-11-20T12:00:01Z' }).before).toEqual(key);
    expect(rangeOf({ cursor, to: '2026-11-20T11:00:00Z' }).before.id).toBe(idFloor(noon - 3_600_000));
  });

  it('takes times before 1970 and far ahead for the ends of time', () => {
    const { floor, before } = rangeOf({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' });
    expect(floor).toBe(idFloor(0));
    expect(before.id > idFloor(noon)).toBe(true);
  });

  it('refuses a cursor that it did not make, and a time that never was', () => {
    expect(() => rangeOf({ cursor: 'abc' })).toThrow('cursor');
    expect(() => rangeOf({ from: '2026-99-99T00:00:00Z' })).toThrow('from');
  });
});
