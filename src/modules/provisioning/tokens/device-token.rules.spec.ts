import { describe, expect, it } from '@jest/globals';
import { isClaimable, newDeviceToken, parseDeviceToken, reclaimMs, statusOf } from './device-token.rules.js';

const now = new Date('2026-11-20T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const aToken = {
  ...{ id: 't', tenantId: 't', deviceId: 'd', prefix: '', secretHash: Buffer.alloc(0), notes: null, metadata: {} },
  ...{
    createdAt: minutesAgo(60),
    expiresAt: null,
    revokedAt: null,
    claimedAt: null,
    claimedFrom: null,
    deviceMetadata: null,
  },
};

describe('statusOf', () => {
  it.each([
    ['Pending', {}],
    ['Pending', { expiresAt: new Date(now.getTime() + 1) }],
    ['Expired', { expiresAt: now }],
    ['Revoked', { revokedAt: minutesAgo(1), expiresAt: now }],
    ['Claimed', { claimedAt: minutesAgo(1), expiresAt: now, revokedAt: now }],
  ])('%s: %j', (status, given) => {
    expect(statusOf({ ...aToken, ...given }, now)).toBe(status);
  });
});

describe('isClaimable', () => {
  it.each([
    ['a fresh one', {}, false, true],
    ['an expired one', { expiresAt: now }, false, false],
    ['a revoked one', { revokedAt: now }, false, false],
    ['one claimed just now whose key was never used', { claimedAt: minutesAgo(1) }, false, true],
    ['one whose key is in use', { claimedAt: minutesAgo(1) }, true, false],
    ['one claimed long ago', { claimedAt: new Date(now.getTime() - reclaimMs) }, false, false],
    ['one claimed just now that has expired since', { claimedAt: minutesAgo(1), expiresAt: now }, false, true],
    ['one claimed just now and revoked', { claimedAt: minutesAgo(1), revokedAt: now }, false, false],
  ])('%s', (_, given, isKeyInUse, expected) => {
    expect(isClaimable({ ...aToken, ...given }, now, isKeyInUse)).toBe(expected);
  });
});

describe('parseDeviceToken', () => {
  it('reads what newDeviceToken made, and nothing else', () => {
    const { token, prefix } = newDeviceToken();
    expect(parseDeviceToken(` ${token}\n`)?.prefix).toBe(prefix);
    expect(parseDeviceToken(token.slice(0, -1))).toBeNull();
    expect(parseDeviceToken(token.replace('flt_', 'flk_'))).toBeNull();
  });
});
