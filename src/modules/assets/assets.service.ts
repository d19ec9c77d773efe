import { Injectable } from '@nestjs/common';
import { Transactions } from '../../core/database/transactions.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { EditsService } from '../auth/audit/edits.service.js';
import { AssetInUse, AssetNotFound, AssetVersionNotFound } from './asset.errors.js';
import type { CurrentAsset, NamedVersion } from './asset-version.entity.js';
import { AssetVersionsRepository } from './asset-versions.repository.js';
import { AssetsRepository } from './assets.repository.js';
import type { ListAssetsQuery } from './dto/list-assets.query.js';
import { FirmwareOffersRepository } from './firmware/firmware-offers.repository.js';
import { AssetStore } from './store/asset-store.js';

/** Finds and deletes assets; uploads make them. */
@Injectable()
export class AssetsService {
  constructor(
    private readonly assets: AssetsRepository,
    private readonly versions: AssetVersionsRepository,
    private readonly offers: FirmwareOffersRepository,
    private readonly store: AssetStore,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, query: ListAssetsQuery): Promise<{ rows: CurrentAsset[]; total: number }> {
    return this.assets.list(tenant, query);
  }

  async listVersions(
    tenant: Tenant,
    filename: string,
    page: { skip: number; limit: number },
  ): Promise<{ rows: NamedVersion[]; total: number }> {
    const asset = await this.assets.find(tenant, filename);
    if (asset === null) throw new AssetNotFound();
    return this.versions.list(tenant, asset.id, page);
  }

  async getCurrent(tenant: Tenant, filename: string): Promise<NamedVersion> {
    const version = await this.versions.find(tenant, filename);
    if (version === null) throw new AssetNotFound();
    return version;
  }

  async getVersion(tenant: Tenant, filename: string, number: number): Promise<NamedVersion> {
    const version = await this.versions.find(tenant, filename, number);
    if (version !== null) return version;
    await this.getCurrent(tenant, filename);
    throw new AssetVersionNotFound();
  }

  /** With all its versions; by force also out of what profiles offer. Its next upload goes on counting. */
  async remove(tenant: Tenant, filename: string, force: boolean): Promise<void> {
    const ids = await this.transactions.run(async (tx) => {
      const asset = await this.assets.findForUpdate(tx, tenant, filename);
      if (asset === null) throw new AssetNotFound();
      const profiles = await this.offers.profilesOffering(tx, asset);
      if (!force && profiles.length > 0) throw new AssetInUse(profiles);
      await this.offers.letGo(tx, asset);
      const forgotten = await this.versions.forgetAll(tx, asset);
      await this.assets.remove(tx, asset, this.clock.now());
      const before = { id: asset.id, name: filename, version: asset.lastVersion };
      const report = { versions: forgotten.length, profiles: profiles.length };
      await this.edits.record(tx, tenant, 'asset', 'deleted', { before }, { report });
      return forgotten;
    });
    await this.store.remove(tenant, ids);
  }
}
