import { randomBytes } from 'node:crypto';
import { hashSecret } from '../../../core/crypto/secret-hash.js';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const length = 20;
const pattern = /^[0-9A-Za-z]{20}$/;
/** Bytes from here on would make some letters likelier than others. */
const unfairFrom = 256 - (256 % alphabet.length);

/** Twenty letters and digits, 119 random bits: the form that ThingsBoard's clients keep them in. */
export function newAccessToken(): string {
  let token = '';
  while (token.length < length) {
    for (const byte of randomBytes(length - token.length)) {
      if (byte < unfairFrom) token += alphabet.charAt(byte % alphabet.length);
    }
  }
  return token;
}

export function looksLikeAccessToken(text: string): boolean {
  return pattern.test(text);
}

/**
 * What the token is found by. The root key is no part of it: at 119 bits there is nothing to guess, and a rotation of the
 * root key need not touch what devices in the field are known by.
 */
export function accessTokenHash(token: string): Buffer {
  return hashSecret(`device access token ${token}`);
}
