import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import { newId } from '../../core/ids/uuid-v7.js';
import { Notices } from '../../core/notices/notices.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { fileNameOf, headlineOf, type ConfigContent } from './config.rules.js';
import type { Config } from './config.entity.js';
import { ConfigsRepository } from './configs.repository.js';
import type { Author, ConfigRevision } from './revisions/config-revision.entity.js';
import { ConfigRevisionsRepository } from './revisions/config-revisions.repository.js';

/** What a config shall be. */
export interface WantedConfig {
  mac: string;
  /** Null: it shall be gone. */
  content: ConfigContent | null;
  restoredFrom?: number;
}

/** Who wants it. */
export interface RevisionAuthor {
  kind: Author;
  id: string | null;
}

/** What became of it. */
export interface SavedConfig {
  /** Null where there was none. */
  before: Row<Config> | null;
  after: Row<Config>;
  outcome: 'created' | 'updated' | 'deleted' | 'unchanged' | 'spared';
}

/** Looks at what is there (null: nothing) before anything is written: throws to refuse, or says that it is to be left. */
export type Judge = (stored: Row<Config> | null, mac: string) => 'spare' | undefined;

const admitAll: Judge = () => undefined;

/**
 * Writes configs and their revisions, and owes the fleet a notice of each that changed. The only writer of their tables.
 * Equal content is no change, however it is spelled; what is changed is recorded by whoever calls.
 */
@Injectable()
export class ConfigSaves {
  constructor(
    private readonly configs: ConfigsRepository,
    private readonly revisions: ConfigRevisionsRepository,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  async save(
    tx: Tx,
    tenant: Tenant,
    wanted: readonly WantedConfig[],
    author: RevisionAuthor,
    judge = admitAll,
  ): Promise<SavedConfig[]> {
    const stored = await this.lock(tx, tenant, wanted);
    const saved = wanted.flatMap((one): SavedConfig[] => {
      const config = stored.get(one.mac);
      if (config !== undefined) return [this.judged(config, one, judge)];
      judge(null, one.mac);
      return [];
    });
    const changed = changedAmong(saved).map(({ after }) => after);
    if (changed.length === 0) return saved;
    const origins = new Map(wanted.map(({ mac, restoredFrom }) => [mac, restoredFrom ?? null]));
    await this.configs.update(tx, tenant, changed);
    await this.revisions.insert(
      tx,
      tenant,
      changed.map((config) => revisionOf(config, author, origins.get(config.mac) ?? null)),
    );
    await this.notices.owe(
      tx,
      tenant,
      'configs',
      changed.map(({ mac }) => fileNameOf(mac)),
    );
    return saved;
  }

  /** What saving would do. Who saves first has the last word, so it is only a view. */
  async foresee(tx: Tx, tenant: Tenant, wanted: readonly WantedConfig[], judge = admitAll): Promise<SavedConfig[]> {
    const stored = await this.configs.lock(
      tx,
      tenant,
      wanted.map(({ mac }) => mac),
    );
    const known = new Map(stored.map((config) => [config.mac, config]));
    return wanted.map((one) => this.judged(known.get(one.mac) ?? this.unborn(tenant, one.mac), one, judge));
  }

  private judged(config: Row<Config>, wanted: WantedConfig, judge: Judge): SavedConfig {
    const before = config.deletedAt === null ? config : null;
    const isSpared = judge(before, wanted.mac) === 'spare';
    const saved = this.savedAs(config, wanted);
    return isSpared && saved.outcome !== 'unchanged' ? { before, after: config, outcome: 'spared' } : saved;
  }

  private unborn(tenant: Tenant, mac: string): Row<Config> {
    const now = this.clock.now();
    const nothing = { content: null, ...headlineOf(null), revision: 0, lastRevision: 0 };
    return {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      mac,
      ...nothing,
      createdAt: now,
      updatedAt: now,
      deletedAt: now,
    };
  }

  /** A revision beside the one that counts: what was found too late to replace it. */
  async keepBeside(tx: Tx, tenant: Tenant, config: Row<Config>, content: ConfigContent, author: RevisionAuthor) {
    const lastRevision = config.lastRevision + 1;
    const beside = { ...config, content: JSON.stringify(content), revision: lastRevision, updatedAt: this.clock.now() };
    await this.configs.update(tx, tenant, [{ ...config, lastRevision }]);
    await this.revisions.insert(tx, tenant, [revisionOf(beside, author, null)]);
  }

  private async lock(tx: Tx, tenant: Tenant, wanted: readonly WantedConfig[]): Promise<Map<string, Row<Config>>> {
    const now = this.clock.now();
    const made = wanted
      .filter(({ content }) => content !== null)
      .map(({ mac }) => [mac, newId(now.getTime())] as const);
    if (made.length > 0) await this.configs.make(tx, tenant, new Map(made), now);
    const locked = await this.configs.lock(
      tx,
      tenant,
      wanted.map(({ mac }) => mac),
    );
    return new Map(locked.map((config) => [config.mac, config]));
  }

  private savedAs(config: Row<Config>, { content }: WantedConfig): SavedConfig {
    const before = config.deletedAt === null ? config : null;
    if (isSame(config.content, content)) return { before, after: config, outcome: 'unchanged' };
    const now = this.clock.now();
    const lastRevision = config.lastRevision + 1;
    const after: Row<Config> = {
      ...config,
      ...headlineOf(content),
      content: content === null ? null : JSON.stringify(content),
      revision: lastRevision,
      lastRevision,
      // What is there again begins anew.
      createdAt: before === null ? now : config.createdAt,
      updatedAt: now,
      deletedAt: content === null ? now : null,
    };
    return { before, after, outcome: content === null ? 'deleted' : before === null ? 'created' : 'updated' };
  }
}

/** Those of which there is something to tell. */
export function changedAmong(saved: readonly SavedConfig[]): SavedConfig[] {
  return saved.filter(({ outcome }) => outcome !== 'unchanged' && outcome !== 'spared');
}

function isSame(stored: string | null, wanted: ConfigContent | null): boolean {
  if (stored === null || wanted === null) return stored === wanted;
  return isDeepStrictEqual(JSON.parse(stored), JSON.parse(JSON.stringify(wanted)));
}

function revisionOf(config: Row<Config>, { kind, id }: RevisionAuthor, restoredFrom: number | null) {
  const revision: Row<ConfigRevision> = {
    tenantId: config.tenantId,
    configId: config.id,
    revision: config.revision,
    content: config.content,
    madeBy: kind,
    madeById: id,
    restoredFrom,
    createdAt: config.updatedAt,
  };
  return revision;
}
