import { constants, verify, type KeyObject } from 'node:crypto';
import type { SignedWhat } from '../asset-version.entity.js';

/** So far a signature's time may lie from ours, before or behind: document 003's. */
export const toleranceMs = 300_000;

/** Everything that a signature may cover. */
export interface SignedUpload {
  /** As it was sent. */
  timestamp: string;
  /** As it was sent. */
  filename: string;
  /** Of the bytes that came in. */
  sha256: string;
}

/** The text that is signed: three lines, without a line break at the end; in document 003's form the first alone. */
export function signedTextOf({ timestamp, filename, sha256 }: SignedUpload, what: SignedWhat): string {
  return what === 'file' ? `${timestamp}\n${filename}\n${sha256}` : timestamp;
}

/**
 * The moment that a timestamp names, in milliseconds; undefined for what is none. ISO 8601 as Python and `date` write it;
 * without an offset it is UTC.
 */
export function momentOf(timestamp: string): number | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/i.exec(
    timestamp,
  );
  if (parts === null) return undefined;
  const [, date = '', time = '', fraction = '0', offset = 'Z'] = parts;
  const zone = offset.toUpperCase() === 'Z' ? 'Z' : offset.replace(/^(...):?(..)$/, '$1:$2');
  const ms = Date.parse(
    `${date}T${time.length === 5 ? `${time}:00` : time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`,
  );
  // 30 February would silently be 2 March.
  return Number.isNaN(ms) || !isRealDate(date) ? undefined : ms;
}

function isRealDate(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

export function isTimely(momentMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - momentMs) <= toleranceMs;
}

/** The bytes of a signature in base64, line breaks and the URL's alphabet allowed; undefined for anything else. */
export function signatureBytesOf(base64: string): Buffer | undefined {
  const text = base64.replaceAll(/\s/g, '');
  return /^[\w+/-]{300,1400}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** RSA PKCS#1 v1.5 with SHA-256. */
export function isSignedBy(publicKey: KeyObject, text: string, signature: Buffer): boolean {
  return verify('sha256', Buffer.from(text), { key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature);
}
