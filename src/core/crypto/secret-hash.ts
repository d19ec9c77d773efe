import { hash, timingSafeEqual } from 'node:crypto';

/**
 * The hash that a random secret is stored as. Plain SHA-256 is right only because such a secret has 128 bits or more:
 * there is nothing to guess, and a request is checked in a microsecond. Passwords go through argon2id instead.
 */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Compares in a time that says nothing about the stored hash. */
export function verifySecretHash(secret: string, storedHash: Uint8Array): boolean {
  const given = hashSecret(secret);
  return storedHash.length === given.length && timingSafeEqual(given, storedHash);
}
