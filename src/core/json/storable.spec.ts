import { describe, expect, it } from '@jest/globals';
import { whyNotStorable } from './storable.js';

const limits = { maxBytes: 100, maxDepth: 4 };

describe('whyNotStorable', () => {
  it('has nothing against ordinary JSON', () => {
    expect(whyNotStorable({ a: [1, 'é', true, null, { b: {} }] }, limits)).toBeUndefined();
  });

  it.each([
    ['a NUL in a value', { a: 'x\u0000' }, 'U+0000'],
    ['a NUL in a key', { 'x\u0000': 1 }, 'U+0000'],
    ['half a surrogate pair', { a: ['\ud800'] }, 'surrogate'],
    ['a number that JSON.parse made infinite', JSON.parse('{"a":1e200000}'), 'number'],
    ['too many bytes', { a: 'é'.repeat(60) }, '100 bytes'],
    ['too deep nesting', { a: { b: { c: { d: {} } } } }, 'deeply'],
  ])('refuses %s', (_, value, reason) => {
    expect(whyNotStorable(value, limits)).toContain(reason);
  });

  it('survives nesting that would overflow a stack', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(whyNotStorable(deep, limits)).toContain('deeply');
  });
});
