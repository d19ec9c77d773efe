import { describe, expect, it } from '@jest/globals';
import { hashSecret } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken } from '../../../core/crypto/typed-token.js';
import {
  currentTokenOf,
  graceMs,
  judge,
  parseRefreshToken,
  refreshTokenOf,
  type PresentedToken,
  type RefreshState,
} from './refresh-token.rules.js';

const id = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const [key, olderKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const refreshedAt = new Date(1_000_000);
const after = (ms: number) => new Date(refreshedAt.getTime() + ms);
const salted = { id, refreshSalt: Buffer.alloc(32, 3) };

function aSession(generation: number, madeWith = key): RefreshState {
  const { secret } = refreshTokenOf(madeWith, salted, generation);
  return { ...salted, refreshGeneration: generation, refreshHash: hashSecret(secret), refreshedAt };
}

function presented(generation: number, madeWith = key): PresentedToken {
  const token = parseRefreshToken(refreshTokenOf(madeWith, salted, generation).text);
  if (token === null) throw new Error('a token that is ours was not read');
  return token;
}

describe('refresh tokens', () => {
  it('name their session and their generation', () => {
    expect(presented(12)).toMatchObject({ sessionId: id, generation: 12 });
    expect(refreshTokenOf(key, salted, 12).text).toMatch(/^flr_01980c1e7d2a7c3b8f005d1b5e6c7a90g12_[0-9A-Za-z]{49}$/);
  });

  it('are the same each time, and another for each generation, session, salt and key', () => {
    const text = refreshTokenOf(key, salted, 1).text;
    expect(refreshTokenOf(key, salted, 1).text).toBe(text);
    const others = [
      refreshTokenOf(key, salted, 2),
      refreshTokenOf(key, { ...salted, id: id.replace('0', '1') }, 1),
      refreshTokenOf(key, { ...salted, refreshSalt: Buffer.alloc(32, 4) }, 1),
      refreshTokenOf(olderKey, salted, 1),
    ];
    expect(new Set([text, ...others.map((one) => one.text)].map((one) => one.split('_')[2])).size).toBe(5);
  });

  it.each([
    ['an API key', makeTypedToken('flk', '0123456789abcdef').text],
    ['a session without a generation', makeTypedToken('flr', id.replaceAll('-', '')).text],
    ['a generation that is spelled otherwise', makeTypedToken('flr', `${id.replaceAll('-', '')}g01`).text],
    ['a generation that is too large', makeTypedToken('flr', `${id.replaceAll('-', '')}g9999999999`).text],
    ['a session that is no id', makeTypedToken('flr', `${'x'.repeat(32)}g1`).text],
    ['a token that was cut', refreshTokenOf(key, salted, 1).text.slice(0, -1)],
    ['nothing', ''],
  ])('are not %s', (_, text) => {
    expect(parseRefreshToken(text)).toBeNull();
  });
});

describe('judging a refresh token', () => {
  it('rotates the good one, however old, whatever key it was made with', () => {
    expect(judge(presented(3), aSession(3), [key], after(1e10))).toBe('rotate');
    expect(judge(presented(3, olderKey), aSession(3, olderKey), [key], after(1e10))).toBe('rotate');
  });

  it('repeats its answer to the one before for ten seconds', () => {
    expect(judge(presented(2), aSession(3), [key], after(0))).toBe('repeat');
    expect(judge(presented(2), aSession(3), [key], after(graceMs - 1))).toBe('repeat');
    expect(judge(presented(2), aSession(3), [key], after(-500))).toBe('repeat'); // the other process's clock is ahead
    expect(judge(presented(2), aSession(3), [key], after(graceMs))).toBe('reused');
  });

  it('takes any older one for a theft at once', () => {
    expect(judge(presented(1), aSession(3), [key], after(1))).toBe('reused');
    expect(judge(presented(0), aSession(3), [key], after(1))).toBe('reused');
  });

  it('does not know invented ones of whatever generation, so that they end nothing', () => {
    for (const generation of [0, 2, 3, 4, 100]) {
      const invented = { ...presented(generation), secret: 'x'.repeat(43) };
      expect(judge(invented, aSession(3), [key], after(1))).toBe('unknown');
    }
    expect(judge(presented(4), aSession(3), [key], after(1))).toBe('unknown');
  });

  it('knows old ones as long as their key is known', () => {
    expect(judge(presented(1, olderKey), aSession(3), [key, olderKey], after(1))).toBe('reused');
    expect(judge(presented(1, olderKey), aSession(3), [key], after(1))).toBe('unknown');
  });
});

describe('making the good token again', () => {
  it('gives the same one, by the key that made it', () => {
    expect(currentTokenOf(aSession(3), [key])).toBe(refreshTokenOf(key, salted, 3).text);
    expect(currentTokenOf(aSession(3, olderKey), [key, olderKey])).toBe(refreshTokenOf(olderKey, salted, 3).text);
  });

  it('cannot without that key', () => {
    expect(currentTokenOf(aSession(3, olderKey), [key])).toBeNull();
  });
});
