import { describe, expect, it } from '@jest/globals';
import { hasAlready } from './if-none-match.rules.js';

describe('hasAlready', () => {
  it('finds the tag in a list, also where it is weak', () => {
    expect(hasAlready('"a"', '"a"')).toBe(true);
    expect(hasAlready('"b", W/"a"', '"a"')).toBe(true);
    expect(hasAlready('*', '"a"')).toBe(true);
  });

  it('is false for other tags and where none was sent', () => {
    expect(hasAlready('"b"', '"a"')).toBe(false);
    expect(hasAlready('a', '"a"')).toBe(false);
    expect(hasAlready(undefined, '"a"')).toBe(false);
  });
});
