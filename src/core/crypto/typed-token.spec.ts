import { describe, expect, it } from '@jest/globals';
import { hashSecret, verifySecretHash } from './secret-hash.js';
import { makeTypedToken, parseTypedToken, randomToken } from './typed-token.js';

describe('typed tokens', () => {
  it('come back from their text', () => {
    const made = makeTypedToken('flk', '01980c1e7d2a7c3b8f00000000000001');
    expect(parseTypedToken(made.text)).toEqual({ prefix: made.prefix, id: made.id, secret: made.secret });
    expect(made.text).toMatch(/^flk_[0-9a-f]{32}_[0-9A-Za-z]{49}$/);
  });

  it('notice every mistyped character', () => {
    const { text } = makeTypedToken('flk', 'abc');
    for (let at = 0; at < text.length; at += 1) {
      const wrong = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
      expect(parseTypedToken(wrong)).toBeNull();
    }
  });

  it('are not anything else', () => {
    for (const other of [
      '',
      'flk__',
      'eyJhbGciOiJub25lIn0.e30.',
      `flk_a_${'0'.repeat(49)}`,
      `flk_a_${'é'.repeat(49)}`,
    ]) {
      expect(parseTypedToken(other)).toBeNull();
    }
  });

  it('refuse a prefix or an id that would not come back', () => {
    expect(() => makeTypedToken('f_k', 'abc')).toThrow();
    expect(() => makeTypedToken('flk', 'a-b')).toThrow();
  });

  it('do not repeat', () => {
    expect(new Set(Array.from({ length: 1000 }, () => makeTypedToken('flk', 'a').secret)).size).toBe(1000);
    expect(randomToken(16)).toHaveLength(22);
  });
});

describe('hashed secrets', () => {
  it('verify only themselves', () => {
    const hash = hashSecret('secret');
    expect(verifySecretHash('secret', hash)).toBe(true);
    expect(verifySecretHash('Secret', hash)).toBe(false);
    expect(verifySecretHash('secret', hash.subarray(0, 16))).toBe(false);
  });
});
