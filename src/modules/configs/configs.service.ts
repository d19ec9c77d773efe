import { Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import { PreconditionFailed } from '../../core/errors/precondition-failed.js';
import { assertMatches } from '../../core/http/entity-tag.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { ConfigMetrics } from './config-metrics.js';
import { ConfigRecords } from './config-records.js';
import { ConfigSaves, type Judge, type RevisionAuthor, type SavedConfig, type WantedConfig } from './config-saves.js';
import type { Config } from './config.entity.js';
import { ConfigExists, ConfigNotFound } from './config.errors.js';
import type { ConfigContent } from './config.rules.js';
import { ConfigsRepository } from './configs.repository.js';
import type { ListConfigsQuery } from './dto/list-configs.query.js';
import { ConfigFolder } from './files/config-folder.service.js';
import { ConfigSchemas } from './schemas/config-schemas.service.js';

/** Who edits, and which state they saw. */
export interface Editing {
  author: RevisionAuthor;
  ifMatch: string | undefined;
}

/** Keeps the desired settings of devices by their MACs. */
@Injectable()
export class ConfigsService {
  constructor(
    private readonly configs: ConfigsRepository,
    private readonly saves: ConfigSaves,
    private readonly schemas: ConfigSchemas,
    private readonly records: ConfigRecords,
    private readonly folder: ConfigFolder,
    private readonly metrics: ConfigMetrics,
    private readonly transactions: Transactions,
  ) {}

  async list(tenant: Tenant, query: ListConfigsQuery): Promise<{ rows: Row<Config>[]; total: number }> {
    return this.metrics.measure('list', () => this.configs.list(tenant, query));
  }

  async get(tenant: Tenant, mac: string): Promise<Row<Config>> {
    return this.metrics.measure('get', async () => {
      const config = await this.configs.find(tenant, mac);
      if (config === null) throw new ConfigNotFound(mac);
      return config;
    });
  }

  /** What a device gets, byte for byte. A device gets its own and no other; others are, to it, not there. */
  async getContent(tenant: Tenant, mac: string, deviceId: string | null): Promise<string> {
    return this.metrics.measure('get', async () => {
      const content = await this.configs.findContent(tenant, mac, deviceId);
      if (content === null) throw new ConfigNotFound(mac);
      return content;
    });
  }

  async put(
    tenant: Tenant,
    mac: string,
    content: ConfigContent,
    { allowOverwrite, ...editing }: Editing & { allowOverwrite: boolean },
  ): Promise<SavedConfig> {
    return this.metrics.measure('save', async () => {
      await this.schemas.assertFits(tenant, mac, content);
      return this.save(tenant, { mac, content }, editing, (stored) => {
        if (stored !== null && !allowOverwrite) throw new ConfigExists(mac);
        return undefined;
      });
    });
  }

  async restore(
    tenant: Tenant,
    mac: string,
    content: ConfigContent,
    { restoredFrom, ...editing }: Editing & { restoredFrom: number },
  ): Promise<SavedConfig> {
    return this.metrics.measure('save', async () => {
      await this.schemas.assertFits(tenant, mac, content);
      return this.save(tenant, { mac, content, restoredFrom }, editing);
    });
  }

  /** Its revisions stay: it can be restored. */
  async remove(tenant: Tenant, mac: string, editing: Editing): Promise<void> {
    await this.metrics.measure('delete', () =>
      this.save(tenant, { mac, content: null }, editing, (stored) => {
        if (stored === null) throw new ConfigNotFound(mac);
        return undefined;
      }),
    );
  }

  private async save(
    tenant: Tenant,
    wanted: WantedConfig,
    { author, ifMatch }: Editing,
    judge?: Judge,
  ): Promise<SavedConfig> {
    const saved = await this.transactions.run(async (tx) => {
      const [one] = await this.saves.save(tx, tenant, [wanted], author, (stored) => {
        judge?.(stored, wanted.mac);
        if (stored !== null)
          assertMatches(ifMatch, { version: stored.revision, updated_at: stored.updatedAt.toISOString() });
        else if (ifMatch !== undefined) throw new PreconditionFailed();
        return undefined;
      });
      if (one === undefined) throw new ConfigNotFound(wanted.mac);
      await this.records.record(tx, tenant, one);
      return one;
    });
    await this.folder.mirror(tenant, [wanted.mac]);
    return saved;
  }
}
