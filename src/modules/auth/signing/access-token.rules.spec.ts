import { describe, expect, it } from '@jest/globals';
import { claimsOf, signingClaimOf } from './access-token.rules.js';

const tokenWith = (header: unknown) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.payload.signature`;
const ours = { alg: 'ES256', typ: 'at+jwt', kid: 'key' };

describe('signingClaimOf', () => {
  it('reads the key of a header that is ours', () => {
    expect(signingClaimOf(tokenWith(ours))).toEqual({ kid: 'key', algorithm: 'ES256' });
    expect(signingClaimOf(tokenWith({ ...ours, alg: 'RS256' }))).toEqual({ kid: 'key', algorithm: 'RS256' });
  });

  it.each([
    { ...ours, alg: 'none' },
    { ...ours, alg: 'HS256' },
    { ...ours, alg: 'PS256' },
    { ...ours, alg: ['ES256'] },
    { ...ours, typ: 'JWT' },
    { ...ours, typ: undefined },
    { ...ours, kid: 7 },
    { ...ours, kid: undefined },
    { ...ours, crit: ['b64'] },
    null,
    'text',
    [ours],
  ])('refuses the header %j', (header) => {
    expect(signingClaimOf(tokenWith(header))).toBeNull();
  });

  it.each(['', '.', 'eyJ', 'not base64 at all', '..'])('refuses %j', (text) => {
    expect(signingClaimOf(text)).toBeNull();
  });
});

describe('claimsOf', () => {
  const id = (last: number) => `01980c1e-7d2a-7c3b-8f00-00000000000${last}`;
  const payload = { sub: id(1), tid: id(2), sid: id(3), iat: 1_000, exp: 1_900 };

  it('reads user, tenant, session and when it was made', () => {
    expect(claimsOf(payload)).toEqual({ userId: id(1), tenantId: id(2), sessionId: id(3), issuedAtMs: 1_000_000 });
  });

  it.each([
    { sub: undefined },
    { sub: 'admin' },
    { sub: [id(1)] },
    { tid: undefined },
    { tid: id(2).toUpperCase().replace('1980C', 'ABCDE') },
    { sid: null },
    { iat: undefined },
    { exp: undefined },
    { exp: '1900' },
    { exp: 1_901 },
  ])('refuses %j', (changes) => {
    expect(claimsOf({ ...payload, ...changes })).toBeNull();
  });
});
