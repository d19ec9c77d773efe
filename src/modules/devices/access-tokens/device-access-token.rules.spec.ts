import { describe, expect, it } from '@jest/globals';
import { accessTokenHash, looksLikeAccessToken, newAccessToken } from './device-access-token.rules.js';

describe('newAccessToken', () => {
  it('is twenty letters and digits, never the same', () => {
    const tokens = Array.from({ length: 1_000 }, newAccessToken);
    for (const token of tokens) expect(token).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(new Set(tokens).size).toBe(1_000);
  });

  it('takes every letter and digit about as often', () => {
    const counts = new Map<string, number>();
    for (const letter of Array.from({ length: 2_000 }, newAccessToken).join('')) {
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // 645 each on average; with the remainder of 256 the first eight would come to 780.
    for (const count of counts.values()) expect(Math.abs(count - 645)).toBeLessThan(135);
  });
});

describe('looksLikeAccessToken', () => {
  it.each(['', 'short', 'A'.repeat(19), 'A'.repeat(21), `${'A'.repeat(19)}-`, `${'A'.repeat(20)}\n`, 'devices'])(
    'says no to %j',
    (text) => {
      expect(looksLikeAccessToken(text)).toBe(false);
    },
  );

  it('says yes to what newAccessToken makes', () => {
    expect(looksLikeAccessToken(newAccessToken())).toBe(true);
  });
});

describe('accessTokenHash', () => {
  it('knows one token from another, by case too', () => {
    expect(accessTokenHash('a'.repeat(20))).toEqual(accessTokenHash('a'.repeat(20)));
    expect(accessTokenHash('a'.repeat(20))).not.toEqual(accessTokenHash('A'.repeat(20)));
  });
});
