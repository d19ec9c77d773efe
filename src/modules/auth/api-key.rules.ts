import { randomBytes } from 'node:crypto';
import { makeTypedToken, parseTypedToken } from '../../core/crypto/typed-token.js';
import { hashSecret } from '../../core/crypto/secret-hash.js';

/** What every API key begins with. */
const type = 'flk';

export interface NewApiKey {
  /** Shown once, to the person who asked for it. */
  key: string;
  /** Its public beginning, `flk_<id>`: people recognise the key by it, and the table is searched by it. */
  prefix: string;
  secretHash: Buffer;
}

export function newApiKey(): NewApiKey {
  const { id, secret, text } = makeTypedToken(type, randomBytes(8).toString('hex'));
  return { key: text, prefix: `${type}_${id}`, secretHash: hashSecret(secret) };
}

export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith(`${type}_`);
}

/** Null when the text cannot be one of our keys, so that nothing need be looked up. */
export function parseApiKey(credential: string): { prefix: string; secret: string } | null {
  const token = parseTypedToken(credential);
  return token?.prefix === type ? { prefix: `${type}_${token.id}`, secret: token.secret } : null;
}
