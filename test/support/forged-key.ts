import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A key as an attacker would write it who has read our code: any prefix, any secret, and the checksum that fits. */
export function checksummed(prefix: string, secret: string): string {
  const body = `${prefix}_${secret}`;
  let checksum = '';
  for (let rest = crc32(body); checksum.length < 6; rest = Math.floor(rest / 62)) {
    checksum = alphabet.charAt(rest % 62) + checksum;
  }
  return body + checksum;
}
