import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import type { Row } from '../../../core/database/row.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Config } from '../config.entity.js';
import {
  ConfigNotFound,
  ConfigRevisionEmpty,
  ConfigRevisionForgotten,
  ConfigRevisionNotFound,
} from '../config.errors.js';
import type { ConfigContent } from '../config.rules.js';
import { ConfigsRepository } from '../configs.repository.js';
import { ConfigsService, type Editing } from '../configs.service.js';
import { diffOf } from './config-diff.rules.js';
import { ConfigRevisionsRepository } from './config-revisions.repository.js';
import type { ConfigDiffQuery } from './dto/config-diff.query.js';
import { ConfigDiffResponse } from './dto/config-diff.response.js';
import { ConfigRevisionDetail, ConfigRevisionResponse } from './dto/config-revision.response.js';

/** Shows what configs were, also those that are deleted, and brings it back. */
@Injectable()
export class ConfigRevisionsService {
  private readonly kept: number;

  constructor(
    private readonly configs: ConfigsRepository,
    private readonly edits: ConfigsService,
    private readonly revisions: ConfigRevisionsRepository,
    { configRevisionsKept }: Settings,
  ) {
    this.kept = configRevisionsKept;
  }

  async list(tenant: Tenant, mac: string, { skip, limit }: { skip: number; limit: number }) {
    const config = await this.getEver(tenant, mac);
    const rows = await this.revisions.list(tenant, config.id, skip, limit);
    const total = await this.revisions.count(tenant, config.id);
    return { rows: rows.map((row) => new ConfigRevisionResponse(row, config.revision)), total };
  }

  async get(tenant: Tenant, mac: string, revision: number): Promise<ConfigRevisionDetail> {
    const config = await this.getEver(tenant, mac);
    return new ConfigRevisionDetail(await this.getOf(tenant, config, revision), config.revision);
  }

  async diff(tenant: Tenant, mac: string, { from, to }: ConfigDiffQuery): Promise<ConfigDiffResponse> {
    const config = await this.getEver(tenant, mac);
    const after = await this.getOf(tenant, config, to ?? config.revision);
    const first = from ?? after.revision - 1;
    const before = first === 0 ? null : await this.getOf(tenant, config, first);
    const changes = diffOf(before === null ? null : contentOf(before), contentOf(after));
    return new ConfigDiffResponse(first, after.revision, changes);
  }

  /** As a new revision; nothing of what came after it is lost. */
  async restore(tenant: Tenant, mac: string, revision: number, editing: Editing): Promise<Row<Config>> {
    const config = await this.getEver(tenant, mac);
    const content = contentOf(await this.getOf(tenant, config, revision));
    if (content === null) throw new ConfigRevisionEmpty();
    return (await this.edits.restore(tenant, mac, content, { ...editing, restoredFrom: revision })).after;
  }

  private async getEver(tenant: Tenant, mac: string): Promise<Row<Config>> {
    const config = await this.configs.findEver(tenant, mac);
    if (config === null) throw new ConfigNotFound(mac);
    return config;
  }

  private async getOf(tenant: Tenant, config: Row<Config>, revision: number) {
    const found = await this.revisions.find(tenant, config.id, revision);
    if (found !== null) return found;
    // They are numbered without a gap.
    throw revision > config.lastRevision
      ? new ConfigRevisionNotFound(config.mac)
      : new ConfigRevisionForgotten(config.mac, revision, this.kept);
  }
}

function contentOf({ content }: { content: string | null }): ConfigContent | null {
  return content === null ? null : (JSON.parse(content) as ConfigContent);
}
