import { describe, expect, it } from '@jest/globals';
import { VerifiedTokens } from './verified-tokens.js';

const claims = { userId: 'user', tenantId: 'tenant', sessionId: 'session', issuedAtMs: 0 };

describe('VerifiedTokens', () => {
  it('knows a token until the second in which it ends', () => {
    const tokens = new VerifiedTokens();
    tokens.keep('token', { claims, expiresAtS: 900 });
    expect(tokens.find('token', 899)).toBe(claims);
    expect(tokens.find('token', 900)).toBeUndefined();
  });

  it('knows no token by a part of it', () => {
    const tokens = new VerifiedTokens();
    tokens.keep('token', { claims, expiresAtS: 900 });
    expect(['toke', 'tokens', 'TOKEN', ''].map((text) => tokens.find(text, 0))).toEqual(Array(4).fill(undefined));
  });

  it('forgets the oldest when there are many', () => {
    const tokens = new VerifiedTokens();
    for (let n = 0; n <= 10_000; n += 1) tokens.keep(`token ${n}`, { claims, expiresAtS: 900 });
    expect(tokens.find('token 0', 0)).toBeUndefined();
    expect(tokens.find('token 1', 0)).toBe(claims);
  });
});
