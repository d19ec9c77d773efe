import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { AppError } from '../../../core/errors/app-error.js';
import type { BodyStream } from '../../../core/http/body-stream.decorator.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { Notices } from '../../../core/notices/notices.js';
import { Clock } from '../../../core/time/clock.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import { canonicalFilename, whyNotFilename } from '../asset-filename.rules.js';
import type { NamedVersion } from '../asset-version.entity.js';
import { AssetVersionsRepository } from '../asset-versions.repository.js';
import { AssetsRepository } from '../assets.repository.js';
import { appDescriptionOf } from '../firmware/app-description.rules.js';
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
    private readonly assets: AssetsRepository,
    private readonly versions: AssetVersionsRepository,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
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
    const { tenant } = proof;
    await this.store.keep(tenant, file);
    try {
      const { version, forgotten } = await this.transactions.run(async (tx) => {
        if (!(await this.used.use(tx, proof))) throw new UploadSignatureUsed();
        return this.add(tx, file, filename, proof, signedAt);
      });
      await this.store.remove(tenant, forgotten);
      return version;
    } catch (error) {
      // Of any other failure nobody knows whether the row is there: then the sweep finds out.
      if (error instanceof AppError) await this.store.remove(tenant, [file.id]);
      throw error;
    }
  }

  private async add(tx: Tx, file: ReceivedFile, filename: string, proof: CheckedSignature, signedAt: string) {
    const { tenant, fingerprint } = proof;
    const now = this.clock.now();
    const asset = await this.assets.lockOrMake(tx, tenant, { id: newId(now.getTime()), filename, now });
    const version: NamedVersion = {
      ...{ id: file.id, tenantId: tenant.id, assetId: asset.id, version: asset.lastVersion + 1, filename },
      ...{ size: file.size.toString(), sha256: file.sha256, firmware: appDescriptionOf(file.head), uploadedAt: now },
      ...{ signedAt, signedWhat: proof.what, signature: proof.signature, keyFingerprint: fingerprint },
    };
    await this.versions.insert(tx, version);
    await this.assets.count(tx, asset, version.version);
    const forgotten = await this.versions.forgetOld(tx, asset, this.settings.assetsKeepVersions);
    const after = { id: asset.id, name: filename, version: version.version, sha256: file.sha256, size: file.size };
    const report = { key_fingerprint: fingerprint, signed: proof.what, forgotten_versions: forgotten.length };
    await this.edits.record(tx, tenant, 'asset', 'uploaded', { after }, { report });
    await this.notices.owe(tx, tenant, 'assets', [filename]);
    return { version, forgotten };
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
