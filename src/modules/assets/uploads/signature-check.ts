import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { isUuid } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { SignedWhat } from '../asset-version.entity.js';
import { AssetKeyring } from '../keys/asset-keyring.service.js';
import { UploadInvalid, UploadSignatureWrong } from './upload.errors.js';
import {
  isSignedBy,
  isTimely,
  momentOf,
  signatureBytesOf,
  signedTextOf,
  type SignedUpload,
} from './upload-signature.rules.js';

/** Whose upload it is, and what proves it. */
export interface CheckedSignature {
  tenant: Tenant;
  fingerprint: string;
  /** What was signed, and the whole text of it. */
  what: SignedWhat;
  text: string;
  /** The time that it names. */
  momentMs: number;
  /** In base64. */
  signature: string;
}

/** Finds out whose upload it is by the signature in its form. */
@Injectable()
export class SignatureCheck {
  private readonly forms: readonly SignedWhat[];

  constructor(
    private readonly keyring: AssetKeyring,
    private readonly clock: Clock,
    { assetsAcceptTimestampSignatures }: Settings,
  ) {
    this.forms = assetsAcceptTimestampSignatures ? ['file', 'timestamp'] : ['file'];
  }

  async of(fields: ReadonlyMap<string, string>, upload: Omit<SignedUpload, 'timestamp'>): Promise<CheckedSignature> {
    const timestamp = fields.get('timestamp') ?? '';
    const momentMs = this.timely(timestamp);
    const signature = signatureBytesOf(fields.get('signature') ?? '');
    if (signature === undefined) throw new UploadInvalid('signature', 'must be base64 of an RSA signature');
    const keys = await this.keyring.uploadKeys(keyIdOf(fields));
    for (const { publicKey, ...key } of keys) {
      for (const what of this.forms) {
        const text = signedTextOf({ timestamp, ...upload }, what);
        if (!isSignedBy(publicKey, text, signature)) continue;
        const { tenant, fingerprint } = key;
        return { tenant, fingerprint, what, text, momentMs, signature: signature.toString('base64') };
      }
    }
    throw new UploadSignatureWrong();
  }

  private timely(timestamp: string): number {
    const momentMs = momentOf(timestamp);
    if (momentMs === undefined) {
      throw new UploadInvalid('timestamp', 'must be a time in ISO 8601, such as 2026-11-20T12:00:00Z');
    }
    if (isTimely(momentMs, this.clock.nowMs())) return momentMs;
    throw new UploadInvalid('timestamp', 'lies more than 300 seconds from the time of the server');
  }
}

function keyIdOf(fields: ReadonlyMap<string, string>): string | undefined {
  const id = fields.get('key_id')?.trim().toLowerCase() ?? '';
  if (id === '') return undefined;
  if (!isUuid(id)) throw new UploadInvalid('key_id', 'must be a UUID');
  return id;
}
