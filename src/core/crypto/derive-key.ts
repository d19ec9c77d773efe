import { hkdfSync } from 'node:crypto';

/**
 * A 32-byte key for one purpose, from the root key by HKDF-SHA-256: the same root and purpose always give the same key,
 * and one purpose's key says nothing about another's.
 */
export function deriveKey(secretKey: string, purpose: string): Buffer {
  if (secretKey === '') throw new Error('a key was asked for before SECRET_KEY was known');
  return Buffer.from(hkdfSync('sha256', secretKey, 'fieldline', purpose, 32));
}
