import { constants, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { NamedVersion } from '../asset-version.entity.js';
import { AssetKeyring } from '../keys/asset-keyring.service.js';
import { manifestTextOf } from './manifest-text.rules.js';

/** A manifest's text, and what proves it. */
export interface ManifestSignature {
  signed: string;
  /** In base64; null where the tenant's private key is not here. */
  signature: string | null;
  keyFingerprint: string | null;
}

/** In the thread pool: a thousand devices may ask for theirs at once. */
const signed = promisify<string, Buffer, object, Buffer>(
  sign as (algorithm: string, data: Buffer, key: object, done: (error: Error | null, made: Buffer) => void) => void,
);

/** Signs what a device is told of a file, so that it can trust whatever road it came. */
@Injectable()
export class AssetManifests {
  constructor(private readonly keyring: AssetKeyring) {}

  async sign(version: NamedVersion): Promise<ManifestSignature> {
    const text = manifestTextOf(version);
    const key = await this.keyring.manifestKey({ id: version.tenantId });
    if (key === null) return { signed: text, signature: null, keyFingerprint: null };
    const { privateKey, fingerprint } = key;
    const made = await signed('sha256', Buffer.from(text), { key: privateKey, padding: constants.RSA_PKCS1_PADDING });
    return { signed: text, signature: made.toString('base64'), keyFingerprint: fingerprint };
  }
}
