import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { AppError } from '../../../core/errors/app-error.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import { AssetKnown } from '../asset.errors.js';
import type { NamedVersion, UploadProof } from '../asset-version.entity.js';
import { AssetVersionsRepository } from '../asset-versions.repository.js';
import { AssetsRepository } from '../assets.repository.js';
import { appDescriptionOf } from '../firmware/app-description.rules.js';
import { AssetStore, type ReceivedFile } from './asset-store.js';

/** What a file that was received becomes. */
export interface Publication {
  tenant: Tenant;
  filename: string;
  /** Null: nobody signed it; then it is only ever the first version of its name. */
  proof: UploadProof | null;
  uploadedAt: Date;
}

/** Makes versions of files that are on disk whole. Only the row makes a file visible, and it is the last thing that is made. */
@Injectable()
export class AssetPublisher {
  constructor(
    private readonly store: AssetStore,
    private readonly assets: AssetsRepository,
    private readonly versions: AssetVersionsRepository,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * What `within` throws, the version is not made by.
   *
   * @throws AssetKnown for a file without a proof whose name has ever been an asset's
   */
  async publish(
    file: ReceivedFile,
    publication: Publication,
    within: (tx: Tx) => Promise<void>,
  ): Promise<NamedVersion> {
    const { tenant } = publication;
    await this.store.keep(tenant, file);
    try {
      const { version, forgotten } = await this.transactions.run(async (tx) => {
        await within(tx);
        return this.add(tx, file, publication);
      });
      await this.store.remove(tenant, forgotten);
      return version;
    } catch (error) {
      // Of any other failure nobody knows whether the row is there: then the sweep finds out.
      if (error instanceof AppError) await this.store.remove(tenant, [file.id]);
      throw error;
    }
  }

  private async add(tx: Tx, file: ReceivedFile, { tenant, filename, proof, uploadedAt }: Publication) {
    const now = this.clock.now();
    const asset = await this.assets.lockOrMake(tx, tenant, { id: newId(now.getTime()), filename, now });
    if (proof === null && asset.lastVersion > 0) throw new AssetKnown(filename);
    const version: NamedVersion = {
      ...{ id: file.id, tenantId: tenant.id, assetId: asset.id, version: asset.lastVersion + 1, filename },
      ...{ size: file.size.toString(), sha256: file.sha256, firmware: appDescriptionOf(file.head), uploadedAt },
      ...(proof ?? { signedAt: null, signedWhat: null, signature: null, keyFingerprint: null }),
    };
    await this.versions.insert(tx, version);
    await this.assets.count(tx, asset, version.version);
    const forgotten = await this.versions.forgetOld(tx, asset, this.settings.assetsKeepVersions);
    const after = { id: asset.id, name: filename, version: version.version, sha256: file.sha256, size: file.size };
    const signed = { key_fingerprint: version.keyFingerprint, signed: version.signedWhat };
    const report = { ...(proof === null ? {} : signed), forgotten_versions: forgotten.length };
    await this.edits.record(tx, tenant, 'asset', proof === null ? 'adopted' : 'uploaded', { after }, { report });
    return { version, forgotten };
  }
}
