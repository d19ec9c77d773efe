import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { deriveKey } from './derive-key.js';

const version = 'v1';
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

interface BoxKey {
  id: string;
  key: Buffer;
}

/** A sealed text that none of the known keys opens, or that somebody changed or moved. */
export class SecretUnreadable extends Error {}

/**
 * Seals what must lie in the database but not be read there: AES-256-GCM under a key derived from SECRET_KEY.
 *
 * A sealed text is `v1.<keyId>.<nonce>.<ciphertext>.<tag>`, the last three as base64url. The associated data says whose
 * secret it is (`integration:<id>:password`); it is not stored, and a text moved to another row does not open. Older
 * keys (SECRET_KEY_PREVIOUS) open what they sealed; sealing always takes the current one.
 */
@Injectable()
export class SecretBox {
  private readonly current: BoxKey;
  private readonly byId: ReadonlyMap<string, BoxKey>;

  constructor(settings: Settings) {
    this.current = boxKey(settings.secretKey);
    const all = [this.current, ...settings.previousSecretKeys.map(boxKey)];
    this.byId = new Map(all.map((key) => [key.id, key]));
  }

  seal(plain: string, associatedData: string): string {
    const nonce = randomBytes(nonceBytes);
    const gcm = createCipheriv(cipher, this.current.key, nonce, { authTagLength: tagBytes });
    gcm.setAAD(Buffer.from(associatedData));
    const sealed = Buffer.concat([gcm.update(plain, 'utf8'), gcm.final()]);
    const parts = [nonce, sealed, gcm.getAuthTag()].map((part) => part.toString('base64url'));
    return [version, this.current.id, ...parts].join('.');
  }

  open(sealed: string, associatedData: string): string {
    const [tag, keyId = '', nonce, text, authTag, ...rest] = sealed.split('.');
    if (tag !== version || nonce === undefined || text === undefined || authTag === undefined || rest.length > 0) {
      throw new SecretUnreadable('this is not a sealed text');
    }
    const known = this.byId.get(keyId);
    if (known === undefined) {
      throw new SecretUnreadable(
        `sealed with the key ${keyId}, which is neither SECRET_KEY nor in SECRET_KEY_PREVIOUS`,
      );
    }
    try {
      const gcm = createDecipheriv(cipher, known.key, Buffer.from(nonce, 'base64url'), { authTagLength: tagBytes });
      gcm.setAAD(Buffer.from(associatedData));
      gcm.setAuthTag(Buffer.from(authTag, 'base64url'));
      return Buffer.concat([gcm.update(Buffer.from(text, 'base64url')), gcm.final()]).toString('utf8');
    } catch (error) {
      throw new SecretUnreadable('the sealed text was changed, or belongs elsewhere', { cause: error });
    }
  }

  /** Whether the current key sealed it; rotation seals all others anew. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${version}.${this.current.id}.`);
  }
}

function boxKey(secretKey: string): BoxKey {
  const id = deriveKey(secretKey, 'secret-box key id').subarray(0, 6).toString('base64url');
  return { id, key: deriveKey(secretKey, 'secret-box') };
}
