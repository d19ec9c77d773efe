import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { deriveKey } from './derive-key.js';

const version = 'v1';
const cipher = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** A wrapped data key is bound to being one, so that no other text under the same key can be passed off for it. */
const dataKeyPurpose = 'data key';

interface RootKey {
  id: string;
  key: Buffer;
}

/** A sealed text that none of the known keys opens, or that somebody changed or moved. */
export class SecretUnreadable extends Error {}

/**
 * Seals what must lie in the database but not be read there, as an envelope of two AES-256-GCM layers: each text has a
 * random data key of its own, and that key is wrapped by one derived from SECRET_KEY.
 *
 * A sealed text is `v1.<keyId>.<wrapped data key>.<box>`, the last two as base64url of nonce, ciphertext and tag. The
 * associated data says whose secret it is (`integration:<tenant>:<id>`); it is not stored, and a text moved to another
 * row does not open. Older keys (SECRET_KEY_PREVIOUS) open what they sealed; sealing always takes the current one.
 *
 * Columns that hold sealed texts are of type text and their names end in `_sealed`: that is how `rotate-keys` finds them.
 */
@Injectable()
export class SecretBox {
  private readonly current: RootKey;
  private readonly byId: ReadonlyMap<string, RootKey>;

  constructor(settings: Settings) {
    this.current = rootKey(settings.secretKey);
    const all = [this.current, ...settings.previousSecretKeys.map(rootKey)];
    this.byId = new Map(all.map((key) => [key.id, key]));
  }

  seal(plain: string, associatedData: string): string {
    const dataKey = randomBytes(keyBytes);
    const box = encrypted(dataKey, Buffer.from(plain), associatedData);
    return this.envelope(dataKey, box.toString('base64url'));
  }

  open(sealed: string, associatedData: string): string {
    const { dataKey, box } = this.unwrapped(sealed);
    try {
      return decrypted(dataKey, Buffer.from(box, 'base64url'), associatedData).toString();
    } catch (error) {
      throw new SecretUnreadable('the sealed text was changed, or belongs elsewhere', { cause: error });
    }
  }

  /** What every text that the current key sealed begins with; rotation rewraps all others. */
  get currentPrefix(): string {
    return `${version}.${this.current.id}.`;
  }

  /** The same secret under the current key. The secret itself stays closed, so nobody has to know whose it is. */
  rewrap(sealed: string): string {
    const { dataKey, box } = this.unwrapped(sealed);
    return this.envelope(dataKey, box);
  }

  private envelope(dataKey: Buffer, box: string): string {
    const wrapped = encrypted(this.current.key, dataKey, dataKeyPurpose);
    return `${this.currentPrefix}${wrapped.toString('base64url')}.${box}`;
  }

  private unwrapped(sealed: string): { dataKey: Buffer; box: string } {
    const [form, keyId = '', wrapped, box, ...rest] = sealed.split('.');
    if (form !== version || wrapped === undefined || box === undefined || rest.length > 0) {
      throw new SecretUnreadable('this is not a sealed text');
    }
    const known = this.byId.get(keyId);
    if (known === undefined) {
      throw new SecretUnreadable(
        `sealed with the key ${keyId}, which is neither SECRET_KEY nor in SECRET_KEY_PREVIOUS`,
      );
    }
    try {
      return { dataKey: decrypted(known.key, Buffer.from(wrapped, 'base64url'), dataKeyPurpose), box };
    } catch (error) {
      throw new SecretUnreadable('the data key of the sealed text was changed', { cause: error });
    }
  }
}

function rootKey(secretKey: string): RootKey {
  const id = deriveKey(secretKey, 'secret-box key id').subarray(0, 6).toString('base64url');
  return { id, key: deriveKey(secretKey, 'secret-box') };
}

/** Nonce, ciphertext and tag, one after the other. */
function encrypted(key: Buffer, plain: Buffer, associatedData: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const gcm = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(associatedData));
  return Buffer.concat([nonce, gcm.update(plain), gcm.final(), gcm.getAuthTag()]);
}

function decrypted(key: Buffer, box: Buffer, associatedData: string): Buffer {
  if (box.length < nonceBytes + tagBytes) throw new Error('too short for a nonce and a tag');
  const gcm = createDecipheriv(cipher, key, box.subarray(0, nonceBytes), { authTagLength: tagBytes });
  gcm.setAAD(Buffer.from(associatedData)).setAuthTag(box.subarray(-tagBytes));
  return Buffer.concat([gcm.update(box.subarray(nonceBytes, -tagBytes)), gcm.final()]);
}
