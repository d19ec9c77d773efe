import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isSignedBy, isTimely, momentOf, signatureBytesOf, signedTextOf } from './upload-signature.rules.js';

const noon = Date.parse('2026-11-20T12:00:00Z');

describe('momentOf', () => {
  it.each([
    '2026-11-20T12:00:00Z',
    '2026-11-20T12:00:00z',
    '2026-11-20T12:00:00.000000+00:00',
    '2026-11-20T14:00:00+0200',
    '2026-11-20 12:00:00',
    '2026-11-20T12:00:00',
    '2026-11-20T12:00',
    '2026-11-20T12:00:00.000000001',
  ])('reads %s', (timestamp) => {
    expect(momentOf(timestamp)).toBe(noon);
  });

  it('keeps fractions of a second', () => {
    expect(momentOf('2026-11-20T12:00:00.25Z')).toBe(noon + 250);
  });

  it.each([
    '',
    'now',
    '1763640000',
    '2026-11-20',
    '2026-02-30T12:00:00Z',
    '2026-11-20T25:00:00Z',
    '2026-11-20T12:00:00Z\n',
  ])('takes %j for none', (timestamp) => {
    expect(momentOf(timestamp)).toBeUndefined();
  });
});

describe('isTimely', () => {
  it('allows five minutes before and behind', () => {
    expect([-300_000, 0, 300_000].map((off) => isTimely(noon + off, noon))).toEqual([true, true, true]);
    expect([-300_001, 300_001].map((off) => isTimely(noon + off, noon))).toEqual([false, false]);
  });
});

describe('a signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const upload = { timestamp: '2026-11-20T12:00:00Z', filename: 'a.bin', sha256: 'ab'.repeat(32) };
  const text = signedTextOf(upload, 'file');
  const signature = sign('sha256', Buffer.from(text), privateKey);

  it('covers the time, the name and the content', () => {
    expect(text).toBe(`2026-11-20T12:00:00Z\na.bin\n${'ab'.repeat(32)}`);
    expect(signedTextOf(upload, 'timestamp')).toBe('2026-11-20T12:00:00Z');
    expect(isSignedBy(publicKey, text, signature)).toBe(true);
    for (const changed of [{ filename: 'b.bin' }, { sha256: 'ac'.repeat(32) }, { timestamp: '2026-11-20T12:00:01Z' }]) {
      expect(isSignedBy(publicKey, signedTextOf({ ...upload, ...changed }, 'file'), signature)).toBe(false);
    }
  });

  it('is read from base64, also in lines, and from nothing else', () => {
    const base64 = signature.toString('base64');
    const lines = base64.replace(/(.{64})/g, '$1\n');
    expect([base64, lines, signature.toString('base64url')].map(signatureBytesOf)).toEqual([
      signature,
      signature,
      signature,
    ]);
    expect(['', 'AAAA', '!'.repeat(344), 'A'.repeat(5_000)].map(signatureBytesOf)).toEqual(Array(4).fill(undefined));
  });

  it('of another length is none', () => {
    expect(isSignedBy(publicKey, text, Buffer.concat([Buffer.from([0]), signature]))).toBe(false);
  });
});
