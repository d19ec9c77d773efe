import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import type { BodyStream } from '../../../core/http/body-stream.decorator.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { Notices } from '../../../core/notices/notices.js';
import { Clock } from '../../../core/time/clock.js';
import { canonicalFilename, whyNotFilename } from '../asset-filename.rules.js';
import type { NamedVersion } from '../asset-version.entity.js';
import { AssetPublisher } from '../store/asset-publisher.js';
import { AssetStore, type ReceivedFile } from '../store/asset-store.js';
import { AssetUploadMetrics } from './asset-upload-metrics.js';
import { SignatureCheck, type CheckedSignature } from './signature-check.js';
import { readUploadForm, type UploadForm } from './upload-form.js';
import { TooManyUploads, UploadInvalid, UploadSignatureUsed } from './upload.errors.js';
import { UsedSignatures } from './used-signatures.repository.js';

/** Each may fill ASSETS_MAX_BYTES of the disk before anybody knows whose it is. */
const uploadsAtOnce = 8;
const requiredFields = ['file', 'timestamp', 'signature'] as const;

/**
 * Takes uploads: received to a place that nobody sees, then proven, then made a version in one transaction with the use of
 * its signature. Only the row makes a file visible, and the file is whole before there is a row.
 */
@Injectable()
export class AssetUploads {
  private inside = 0;

  constructor(
    private readonly store: AssetStore,
    private readonly signatures: SignatureCheck,
    private readonly used: UsedSignatures,
    private readonly publisher: AssetPublisher,
    private readonly notices: Notices,
    private readonly metrics: AssetUploadMetrics,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  async receive(body: BodyStream): Promise<NamedVersion> {
    return this.metrics.upload(() => this.receiveOne(body));
  }

  private async receiveOne(body: BodyStream): Promise<NamedVersion> {
    if (this.inside >= uploadsAtOnce) throw new TooManyUploads();
    this.inside += 1;
    try {
      const form = await readUploadForm(body, this.settings.assetsMaxBytes, {
        take: (bytes) => this.store.receive(newId(this.clock.nowMs()), bytes),
        undo: (file) => this.store.discard(file),
      });
      return await this.accept(form);
    } finally {
      this.inside -= 1;
    }
  }

  private async accept(form: UploadForm<ReceivedFile>): Promise<NamedVersion> {
    const file = form.file?.taken;
    try {
      const filename = checkedNameOf(form);
      if (file === undefined) throw new UploadInvalid('file', 'is missing');
      const upload = { filename, sha256: file.sha256 };
      const proof = await this.metrics.verification(() => this.signatures.of(form.fields, upload));
      return await this.publish(file, canonicalFilename(filename), proof, form.fields.get('timestamp') ?? '');
    } finally {
      // Where it was published it is no longer there.
      if (file !== undefined) await this.store.discard(file);
    }
  }

  private async publish(file: ReceivedFile, filename: string, proof: CheckedSignature, signedAt: string) {
    const { tenant, what: signedWhat, signature, fingerprint: keyFingerprint } = proof;
    const signed = { signedAt, signedWhat, signature, keyFingerprint };
    const publication = { tenant, filename, proof: signed, uploadedAt: this.clock.now() };
    return this.publisher.publish(file, publication, async (tx) => {
      if (!(await this.used.use(tx, proof))) throw new UploadSignatureUsed();
      await this.notices.owe(tx, tenant, 'assets', [filename]);
    });
  }
}

/** As it was sent, which is what was signed. */
function checkedNameOf({ fields, file }: UploadForm<ReceivedFile>): string {
  const there = { file: file !== undefined, timestamp: fields.has('timestamp'), signature: fields.has('signature') };
  const missing = requiredFields.find((name) => !there[name]);
  if (missing !== undefined) throw new UploadInvalid(missing, 'is missing');
  const filename = file?.filename ?? '';
  const why = whyNotFilename(filename);
  if (why !== undefined) throw new UploadInvalid('filename', why);
  return filename;
}
