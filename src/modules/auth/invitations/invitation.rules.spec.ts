import { describe, expect, it } from '@jest/globals';
import { verifySecretHash } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken } from '../../../core/crypto/typed-token.js';
import { newInvitationToken, parseInvitationToken, statusOf } from './invitation.rules.js';

const id = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';

describe('the token of an invitation', () => {
  it('says which invitation it is of, and proves it', () => {
    const { token, secretHash } = newInvitationToken(id);
    const parsed = parseInvitationToken(token);
    expect(parsed?.id).toBe(id);
    expect(verifySecretHash(parsed?.secret ?? '', secretHash)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['another kind of token', makeTypedToken('flk', id.replaceAll('-', '')).text],
    ['an id that is none', makeTypedToken('fli', 'abc').text],
    ['a mistyped one', newInvitationToken(id).token.replace(/.$/, '!')],
  ])('is not %s', (_, text) => {
    expect(parseInvitationToken(text)).toBeNull();
  });
});

describe('an invitation', () => {
  const open = {
    ...{ id, tenantId: id, email: 'a@example.com', role: 'viewer' as const, secretHash: Buffer.alloc(0) },
    ...{ invitedBy: null, acceptedBy: null, acceptedAt: null, revokedAt: null },
    createdAt: new Date(0),
    expiresAt: new Date(1_000),
  };

  it('is open until somebody did something about it, or its time is over', () => {
    expect(statusOf(open, new Date(999))).toBe('open');
    expect(statusOf(open, new Date(1_000))).toBe('expired');
    expect(statusOf({ ...open, revokedAt: new Date(1) }, new Date(2_000))).toBe('revoked');
    expect(statusOf({ ...open, acceptedAt: new Date(1) }, new Date(2_000))).toBe('accepted');
  });
});
