import { generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Settings, type TokenAlgorithm } from '../../../core/config/settings.js';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import { Clock } from '../../../core/time/clock.js';
import type { Row } from '../row.js';
import type { PublicJwk, SigningKey } from './signing-key.entity.js';

const generate = promisify(generateKeyPair);
/** What NIST and the BSI ask of RSA from 2030 on. */
const rsaBits = 3_072;

/** Makes keys of the algorithm that the operator chose, and opens their private halves. */
@Injectable()
export class SigningKeyMaker {
  constructor(
    private readonly settings: Settings,
    private readonly secretBox: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** Not stored yet. `delayMs` is how long it is only announced. */
  async make(delayMs: number): Promise<Row<SigningKey>> {
    const algorithm = this.settings.tokenAlgorithm;
    const { publicKey, privateKey } = await newKeyPair(algorithm);
    const id = randomBytes(12).toString('base64url');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const now = this.clock.nowMs();
    return {
      id,
      algorithm,
      publicJwk: publicJwkOf(publicKey),
      privateKeySealed: this.secretBox.seal(pem, sealedFor(id)),
      createdAt: new Date(now),
      activatesAt: new Date(now + delayMs),
      retiredAt: null,
    };
  }

  /** The private half in PEM. */
  open({ id, privateKeySealed }: SigningKey): string {
    return this.secretBox.open(privateKeySealed, sealedFor(id));
  }
}

/** Ties the sealed key to its row: a key moved under another id does not open. */
function sealedFor(kid: string): string {
  return `signing_keys:${kid}`;
}

async function newKeyPair(algorithm: TokenAlgorithm): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return algorithm === 'ES256'
    ? generate('ec', { namedCurve: 'P-256' })
    : generate('rsa', { modulusLength: rsaBits, publicExponent: 65_537 });
}

function publicJwkOf(key: KeyObject): PublicJwk {
  const { x, y, n, e } = key.export({ format: 'jwk' });
  if (x !== undefined && y !== undefined) return { kty: 'EC', crv: 'P-256', x, y };
  if (n !== undefined && e !== undefined) return { kty: 'RSA', n, e };
  throw new Error('a public key of a kind that was not asked for');
}
