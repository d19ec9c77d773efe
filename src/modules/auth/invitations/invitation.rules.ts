import { hashSecret } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken, parseTypedToken } from '../../../core/crypto/typed-token.js';
import type { Row } from '../row.js';
import type { Invitation } from './invitation.entity.js';

/** What every invitation's token begins with. */
const type = 'fli';
export const invitationLifetimeMs = 7 * 24 * 3_600_000;

export const invitationStatuses = ['open', 'accepted', 'revoked', 'expired'] as const;
export type InvitationStatus = (typeof invitationStatuses)[number];

/** Only what nobody has done anything about yet can expire. */
export function statusOf(invitation: Row<Invitation>, now: Date): InvitationStatus {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.revokedAt !== null) return 'revoked';
  return invitation.expiresAt <= now ? 'expired' : 'open';
}

/** A new token of the invitation with this id. */
export function newInvitationToken(id: string): { token: string; secretHash: Buffer } {
  const { text, secret } = makeTypedToken(type, id.replaceAll('-', ''));
  return { token: text, secretHash: hashSecret(secret) };
}

/** Null when the text cannot be an invitation's token. */
export function parseInvitationToken(text: string): { id: string; secret: string } | null {
  const token = parseTypedToken(text);
  if (token?.prefix !== type || !/^[0-9a-f]{32}$/.test(token.id)) return null;
  const id = token.id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { id, secret: token.secret };
}

/** Behind the #, which browsers send to nobody: no proxy and no log ever sees the token. */
export function invitationLink(publicBase: string, token: string): string {
  return `${publicBase}/invitation#token=${token}`;
}
