import { randomBytes } from 'node:crypto';
import { hashSecret } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken, parseTypedToken } from '../../../core/crypto/typed-token.js';
import type { Row } from '../../../core/database/row.js';
import type { DeviceToken } from './device-token.entity.js';

const type = 'flt';
/** For so long a device that lost the answer may claim again. */
export const reclaimMs = 10 * 60_000;

export const deviceTokenStatuses = ['Pending', 'Claimed', 'Expired', 'Revoked'] as const;
export type DeviceTokenStatus = (typeof deviceTokenStatuses)[number];

export interface NewDeviceToken {
  /** Shown once. */
  token: string;
  prefix: string;
  secretHash: Buffer;
}

export function newDeviceToken(): NewDeviceToken {
  const { id, secret, text } = makeTypedToken(type, randomBytes(8).toString('hex'));
  return { token: text, prefix: `${type}_${id}`, secretHash: hashSecret(secret) };
}

/** Null when the text cannot be one, so that nothing need be looked up. */
export function parseDeviceToken(text: string): { prefix: string; secret: string } | null {
  const token = parseTypedToken(text.trim());
  return token?.prefix === type ? { prefix: `${type}_${token.id}`, secret: token.secret } : null;
}

export function statusOf(token: Row<DeviceToken>, now: Date): DeviceTokenStatus {
  if (token.claimedAt !== null) return 'Claimed';
  if (token.revokedAt !== null) return 'Revoked';
  return token.expiresAt !== null && token.expiresAt <= now ? 'Expired' : 'Pending';
}

/**
 * Whether the token may be exchanged now. A second time only by a device that may have lost the first answer: soon after,
 * and only as long as no key of this token was used.
 */
export function isClaimable(token: Row<DeviceToken>, now: Date, isKeyInUse: boolean): boolean {
  if (token.revokedAt !== null) return false;
  if (token.claimedAt !== null) return !isKeyInUse && now.getTime() - token.claimedAt.getTime() < reclaimMs;
  return token.expiresAt === null || token.expiresAt > now;
}
