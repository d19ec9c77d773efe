import { describe, expect, it } from '@jest/globals';
import { derivedId, hashKey, idFloor, isUuid, newId, timeOf } from './uuid-v7.js';

const noon = Date.UTC(2026, 10, 20, 12);

describe('newId', () => {
  it('carries its time and the marks of version 7', () => {
    const id = newId(noon);
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('7');
    expect('89ab').toContain(id[19]);
    expect(timeOf(id)).toBe(noon);
  });

  it('never repeats within one millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId(noon))).size).toBe(10_000);
  });
});

describe('derivedId', () => {
  it('is the same for the same parts, and another for any other', () => {
    expect(derivedId(noon, 'run', 'a', 1)).toBe(derivedId(noon, 'run', 'a', 1));
    expect(derivedId(noon, 'run', 'a', 1)).not.toBe(derivedId(noon, 'run', 'a', 2));
    expect(derivedId(noon, 'ab', 'c')).not.toBe(derivedId(noon, 'a', 'bc'));
    expect(timeOf(derivedId(noon, 'x'))).toBe(noon);
  });
});

describe('idFloor', () => {
  it('separates the ids of neighbouring milliseconds', () => {
    expect(newId(noon) >= idFloor(noon)).toBe(true);
    expect(newId(noon) < idFloor(noon + 1)).toBe(true);
  });
});

describe('hashKey', () => {
  it('fits the uuid type', () => {
    expect(isUuid(hashKey('tenant', 'chirpstack', 'up'))).toBe(true);
  });
});
