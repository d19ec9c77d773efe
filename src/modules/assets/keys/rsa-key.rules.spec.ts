import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { publicPemOf, rsaKeyOf, type RsaKey } from './rsa-key.rules.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const readable = (pem: string | Buffer): RsaKey => {
  const read = rsaKeyOf(pem.toString());
  if (typeof read === 'string') throw new Error(read);
  return read;
};

describe('rsaKeyOf', () => {
  const publicPem = publicPemOf(publicKey);

  it.each([
    ['PKCS#8', privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['PKCS#1', privateKey.export({ type: 'pkcs1', format: 'pem' })],
  ])('reads a private key in %s, and its public half from it', (_, pem) => {
    const key = readable(pem);
    expect(key.bits).toBe(2048);
    expect(key.privateKey?.equals(privateKey)).toBe(true);
    expect(key.publicKey.equals(publicKey)).toBe(true);
    expect(key.fingerprint).toBe(readable(publicPem).fingerprint);
  });

  it('reads a public key, and has no private one then', () => {
    expect(readable(publicPem)).toMatchObject({
      bits: 2048,
      privateKey: null,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(readable(publicKey.export({ type: 'pkcs1', format: 'pem' })).publicKey.equals(publicKey)).toBe(true);
  });

  it.each([
    ['', 'no key'],
    ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'no key'],
    ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'no key'],
    [
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'passphrase',
    ],
    [publicPemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), 'no RSA'],
    [publicPemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), '1024 bits'],
  ])('says why it takes another for none (%#)', (pem, why) => {
    expect(rsaKeyOf(pem)).toContain(why);
  });
});
