import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/*
 * A bearer that says what it is: `prefix_id_secret` and six characters of checksum at its end. The prefix chooses the
 * authenticator, the id finds the row, the secret proves it, and the checksum tells a mistyped token from a wrong one
 * without asking the database. Letters and digits only, so that a double click selects all of it.
 */

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretBytes = 32;
const secretLength = 43;
const checksumLength = 6;
const pattern = new RegExp(
  `^([a-z][a-z0-9]{1,11})_([0-9A-Za-z]{1,64})_([0-9A-Za-z]{${secretLength}})([0-9A-Za-z]{${checksumLength}})$`,
);

export interface TypedToken {
  prefix: string;
  id: string;
  /** What proves the token: stored only as hashSecret(secret). */
  secret: string;
}

/** Random text for anything that needs no form of its own: base64url of so many bytes. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/**
 * A new token with 256 random bits, or with 256 given ones that nobody can guess; `id` is letters and digits, such as a
 * uuid without its dashes.
 */
export function makeTypedToken(
  prefix: string,
  id: string,
  bytes: Buffer = randomBytes(secretBytes),
): TypedToken & { text: string } {
  if (bytes.length !== secretBytes) throw new Error(`a secret has ${secretBytes} bytes, not ${bytes.length}`);
  const secret = base62(BigInt(`0x${bytes.toString('hex')}`), secretLength);
  const body = `${prefix}_${id}_${secret}`;
  const text = body + checksumOf(body);
  if (!pattern.test(text)) throw new Error(`${prefix} and ${id} cannot make a token`);
  return { prefix, id, secret, text };
}

/** Null if the text has another form, or its checksum says that it was mistyped or cut. */
export function parseTypedToken(text: string): TypedToken | null {
  const [, prefix, id, secret, checksum] = pattern.exec(text) ?? [];
  if (prefix === undefined || id === undefined || secret === undefined) return null;
  return checksum === checksumOf(`${prefix}_${id}_${secret}`) ? { prefix, id, secret } : null;
}

function checksumOf(body: string): string {
  return base62(BigInt(crc32(body)), checksumLength);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = alphabet.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
}
