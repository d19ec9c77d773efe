import { createHash, randomBytes } from 'node:crypto';
import { hashSecret } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken, parseTypedToken } from '../../../core/crypto/typed-token.js';

/** What every device key of ours begins with. */
const type = 'fld';
/** Devices of document 000 make their key themselves and tell it when they register: 64 hex digits, or a text as long. */
const ownKeyPattern = /^[A-Za-z0-9._~+/=-]{32,128}$/;
/** Begin other credentials: ours are typed, access tokens are JWTs. */
const othersPattern = /^(fl[a-z]_|eyJ)/;

export interface NewDeviceKey {
  /** Shown once. */
  key: string;
  /** What the table is searched by. */
  prefix: string;
  secretHash: Buffer;
}

export function newDeviceKey(): NewDeviceKey {
  const { id, secret, text } = makeTypedToken(type, randomBytes(8).toString('hex'));
  return { key: text, prefix: `${type}_${id}`, secretHash: hashSecret(secret) };
}

/** A key that the device made itself; null when it is none that we take. */
export function ownDeviceKey(key: string): NewDeviceKey | null {
  const parsed = parseDeviceKey(key);
  return parsed === null || key.startsWith(`${type}_`)
    ? null
    : { key, prefix: parsed.prefix, secretHash: hashSecret(parsed.secret) };
}

export function looksLikeDeviceKey(credential: string): boolean {
  return credential.startsWith(`${type}_`) || (ownKeyPattern.test(credential) && !othersPattern.test(credential));
}

/** Null when the text cannot be one, so that nothing need be looked up. */
export function parseDeviceKey(credential: string): { prefix: string; secret: string } | null {
  if (!looksLikeDeviceKey(credential)) return null;
  if (!credential.startsWith(`${type}_`)) return { prefix: ownPrefix(credential), secret: credential };
  const token = parseTypedToken(credential);
  return token === null ? null : { prefix: `${type}_${token.id}`, secret: token.secret };
}

/** Says nothing about the key: half of a hash that is not the stored one. */
function ownPrefix(key: string): string {
  return `own_${createHash('sha256').update(`device key ${key}`).digest('hex').slice(0, 32)}`;
}
