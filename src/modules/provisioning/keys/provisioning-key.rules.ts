import { randomBytes } from 'node:crypto';
import { hashSecret } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken, parseTypedToken } from '../../../core/crypto/typed-token.js';
import type { Row } from '../../../core/database/row.js';
import type { ProvisioningKey } from './provisioning-key.entity.js';

/** What every provisioning key begins with. */
const type = 'flp';

export const provisioningKeyStatuses = ['active', 'disabled', 'expired', 'exhausted'] as const;
export type ProvisioningKeyStatus = (typeof provisioningKeyStatuses)[number];

export interface NewProvisioningKey {
  /** Shown once. */
  key: string;
  prefix: string;
  secretHash: Buffer;
}

export function newProvisioningKey(): NewProvisioningKey {
  const { id, secret, text } = makeTypedToken(type, randomBytes(8).toString('hex'));
  return { key: text, prefix: `${type}_${id}`, secretHash: hashSecret(secret) };
}

export function looksLikeProvisioningKey(credential: string): boolean {
  return credential.startsWith(`${type}_`);
}

/** Null when the text cannot be one, so that nothing need be looked up. */
export function parseProvisioningKey(credential: string): { prefix: string; secret: string } | null {
  const token = looksLikeProvisioningKey(credential) ? parseTypedToken(credential) : null;
  return token === null ? null : { prefix: `${type}_${token.id}`, secret: token.secret };
}

type Judged = Pick<Row<ProvisioningKey>, 'enabled' | 'expiresAt' | 'maxDevices' | 'devicesUsed'>;

export function statusOf(key: Judged, now: Date): ProvisioningKeyStatus {
  if (!key.enabled) return 'disabled';
  if (key.expiresAt !== null && key.expiresAt <= now) return 'expired';
  return key.maxDevices !== null && key.devicesUsed >= key.maxDevices ? 'exhausted' : 'active';
}

/** Whether it opens the door at all; an exhausted one still knows its devices. */
export function isGood(key: Judged, now: Date): boolean {
  return !['disabled', 'expired'].includes(statusOf(key, now));
}
