import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** Shorter ones have been broken, longer ones keep a device busy for seconds. */
const leastBits = 2048;
const mostBits = 8192;

/** An RSA key as it is used: the private half only where somebody gave it to us. */
export interface RsaKey {
  publicKey: KeyObject;
  privateKey: KeyObject | null;
  bits: number;
  fingerprint: string;
}

/** Reads a public or private RSA key from PEM, whatever its form; answers why not as a text for its owner. */
export function rsaKeyOf(pem: string): RsaKey | string {
  if (/ENCRYPTED/.test(pem)) return 'is encrypted: a key without a passphrase is needed';
  const keys = /PRIVATE KEY/.test(pem) ? readBoth(pem) : readPublic(pem);
  if (keys === undefined) return 'is no key in PEM';
  const { publicKey } = keys;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa') return 'is no RSA key';
  if (bits < leastBits || bits > mostBits) return `has ${bits} bits; ${leastBits} to ${mostBits} are taken`;
  return { ...keys, bits, fingerprint: fingerprintOf(publicKey) };
}

export function publicPemOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function fingerprintOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex');
}

function readBoth(pem: string): Pick<RsaKey, 'publicKey' | 'privateKey'> | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    return undefined;
  }
}

function readPublic(pem: string): Pick<RsaKey, 'publicKey' | 'privateKey'> | undefined {
  try {
    return { publicKey: createPublicKey(pem), privateKey: null };
  } catch {
    return undefined;
  }
}
