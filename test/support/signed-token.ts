import { sign, type KeyObject } from 'node:crypto';

/** A header or a payload. */
export type Part = Record<string, unknown>;

export function decoded(part: string): Part {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Part;
}

export function encoded(part: Part): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** A token of whatever parts, signed with SHA-256 as the key's kind wants it. */
export function signed(head: Part, body: Part, key: KeyObject): string {
  const text = `${encoded(head)}.${encoded(body)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
