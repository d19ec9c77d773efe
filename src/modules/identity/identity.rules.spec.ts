import { describe, expect, it } from '@jest/globals';
import { defaultNameOf, hintOf, newDeviceId, uuidPattern } from './identity.rules.js';

describe('what is told of a key', () => {
  it('is its beginning, and never more than a quarter', () => {
    expect(hintOf('abc123def456abc123def456')).toBe('abc123...');
    expect(hintOf('custom-key')).toBe('cu...');
    expect(hintOf('abc')).toBe('...');
    expect(hintOf('')).toBe('...');
  });
});

describe('a device of document 000', () => {
  it('is called by any short word without white space', () => {
    for (const uuid of ['550e8400-e29b-41d4-a716-446655440000', 'custom-uuid', 'a', 'b8.27_EB']) {
      expect(uuidPattern.test(uuid)).toBe(true);
    }
    for (const uuid of ['', 'a b', 'a/b', '../state', 'x'.repeat(65), 'ü', 'a\n']) {
      expect(uuidPattern.test(uuid)).toBe(false);
    }
  });

  it('has a name and an id where nobody gave one', () => {
    expect(defaultNameOf('550e8400-e29b-41d4-a716-446655440000')).toBe('device-550e8400');
    expect(newDeviceId(1_704_196_800_000)).toBe('dev_1704196800000');
  });
});
