import { Injectable, Logger } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { withOrigin } from '../../../core/origin/origin.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { ConfigRecords } from '../config-records.js';
import { ConfigSaves, type RevisionAuthor } from '../config-saves.js';
import type { Config } from '../config.entity.js';
import { ConfigUnfit } from '../config.errors.js';
import { fileNameOf, type ConfigContent } from '../config.rules.js';
import { ConfigsRepository } from '../configs.repository.js';
import { ConfigRevisionsRepository } from '../revisions/config-revisions.repository.js';
import { ConfigSchemas } from '../schemas/config-schemas.service.js';
import type { ConfigDirectory } from './config-directory.js';
import { ConfigFilesRepository } from './config-files.repository.js';
import { decide, type FileDecision, type FoundFile, type KnownFile, type StoredConfig } from './file-decision.rules.js';

/** One folder of one tenant. */
export interface Folder {
  directory: ConfigDirectory;
  id: string;
  tenant: Tenant;
}

const byHand: RevisionAuthor = { kind: 'file', id: null };
const origin = { kind: 'system' as const, reason: 'a file in ESP32_CONFIGS_DIR was changed by hand' };
/** Keep beside, then write, then see that nothing is left; more only when people are very fast. */
const mostSteps = 5;
/** Nobody saves so often while one process dies. */
const revisionsLookedAt = 20;

/** The folder is not the one any more that was looked at. */
export class FolderGone extends Error {}

/** Brings one file and its config in line, whichever was changed, alone among all processes. */
@Injectable()
export class ConfigFileSync {
  private readonly logger = new Logger(ConfigFileSync.name);

  constructor(
    private readonly files: ConfigFilesRepository,
    private readonly configs: ConfigsRepository,
    private readonly revisions: ConfigRevisionsRepository,
    private readonly saves: ConfigSaves,
    private readonly records: ConfigRecords,
    private readonly schemas: ConfigSchemas,
    private readonly transactions: Transactions,
  ) {}

  async sync(folder: Folder, mac: string): Promise<void> {
    for (let steps = 0; steps < mostSteps; steps += 1) {
      try {
        const decision = await withOrigin(origin, () => this.transactions.run((tx) => this.step(tx, folder, mac)));
        if (decision === 'nothing' || decision === 'skip') return;
      } catch (error) {
        if (!(error instanceof ConfigUnfit)) throw error;
        this.warn(mac, error.message);
        return;
      }
    }
  }

  private async step(tx: Tx, { directory, id, tenant }: Folder, mac: string): Promise<FileDecision> {
    const known = await this.files.lock(tx, id, mac);
    const [config] = await this.configs.lock(tx, tenant, [mac]);
    const file = await directory.read(mac);
    // Where the folder itself is gone, nobody has removed this file.
    if (file.kind === 'none' && (await directory.readId()) !== id) throw new FolderGone();
    const stored = config === undefined ? null : storedOf(config);
    const decision = decide(file, known, stored);
    const revision = stored?.revision ?? 0;
    const note = (now: { revision: number; digest: string | null }) => this.files.note(tx, tenant, id, mac, now);
    switch (decision) {
      case 'nothing':
        break;
      case 'note':
        await note({ revision, digest: digestOf(file) });
        break;
      case 'take':
        await note({ revision: await this.take(tx, tenant, mac, contentOf(file)), digest: digestOf(file) });
        break;
      case 'keep beside': {
        const content = contentOf(file);
        if (config === undefined || content === null) throw new Error('nothing to keep, or nothing to keep it beside');
        const isOurs = await this.isOurs(tx, tenant, config, known, content);
        if (!isOurs) await this.saves.keepBeside(tx, tenant, config, content, byHand);
        await note({ revision: known?.revision ?? 0, digest: digestOf(file) });
        break;
      }
      case 'write':
        await note({ revision, digest: await this.write(directory, mac, stored?.content ?? null) });
        break;
      case 'skip':
        if (file.kind === 'bad') this.warn(mac, file.why);
    }
    return decision;
  }

  /** Written by a process that died before it could note it: the content was saved, and is a revision already. */
  private async isOurs(
    tx: Tx,
    tenant: Tenant,
    { id }: Pick<Config, 'id'>,
    known: KnownFile | null,
    content: ConfigContent,
  ): Promise<boolean> {
    const since = await this.revisions.listContentsSince(tx, tenant, id, known?.revision ?? 0, revisionsLookedAt);
    return since.some((one) => isDeepStrictEqual(JSON.parse(one), content));
  }

  /** @throws ConfigUnfit */
  private async take(tx: Tx, tenant: Tenant, mac: string, content: ConfigContent | null): Promise<number> {
    if (content !== null) await this.schemas.assertFits(tenant, mac, content);
    const [saved] = await this.saves.save(tx, tenant, [{ mac, content }], byHand);
    if (saved === undefined) return 0;
    await this.records.record(tx, tenant, saved);
    return saved.after.revision;
  }

  private async write(directory: ConfigDirectory, mac: string, content: ConfigContent | null): Promise<string | null> {
    if (content !== null) return directory.write(mac, content);
    await directory.remove(mac);
    return null;
  }

  private warn(mac: string, why: string): void {
    this.logger.warn({ file: fileNameOf(mac), why }, 'a file in ESP32_CONFIGS_DIR is skipped');
  }
}

function storedOf({ revision, content, updatedAt }: Pick<Config, 'revision' | 'content' | 'updatedAt'>): StoredConfig {
  return {
    revision,
    content: content === null ? null : (JSON.parse(content) as ConfigContent),
    changedAtMs: updatedAt.getTime(),
  };
}

function digestOf(file: FoundFile): string | null {
  return file.kind === 'none' ? null : file.digest;
}

function contentOf(file: FoundFile): ConfigContent | null {
  return file.kind === 'good' ? file.content : null;
}
