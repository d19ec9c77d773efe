import { createReadStream, type Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { errorCodeOf } from '../../../core/errors/error-code.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { messageOf } from '../../../core/outbound/told.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuthService } from '../../auth/auth.service.js';
import { canonicalFilename, whyNotFilename } from '../asset-filename.rules.js';
import { AssetKnown } from '../asset.errors.js';
import { AssetsRepository } from '../assets.repository.js';
import { assetFolderOf } from '../store/asset-folder.js';
import { AssetPublisher } from '../store/asset-publisher.js';
import { AssetStore, type ReceivedFile } from '../store/asset-store.js';

/** What became of the files in a folder. */
export interface AdoptionReport {
  adopted: number;
  /** Assets of the same names are there, or were deleted. */
  known: number;
  /** Those that cannot be assets, and why. */
  skipped: { name: string; why: string }[];
}

/**
 * Makes assets of files that lie in ASSETS_DIR itself, as document 003's server left them there: first versions of the
 * default tenant, which nobody signed. The files stay where they lie. A second time nothing is done, also where an asset has
 * been changed or deleted since.
 */
@Injectable()
export class AssetAdoption {
  private readonly root: string;

  constructor(
    private readonly store: AssetStore,
    private readonly publisher: AssetPublisher,
    private readonly assets: AssetsRepository,
    private readonly auth: AuthService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    this.root = assetFolderOf(settings).root;
  }

  async adoptAll(): Promise<AdoptionReport> {
    const tenant = await this.auth.ensureDefaultTenant();
    const report: AdoptionReport = { adopted: 0, known: 0, skipped: [] };
    for await (const name of this.names()) {
      const outcome = await this.adopt(tenant, name).catch((error: unknown) => whyNotReadable(error));
      if (outcome === 'adopted' || outcome === 'known') report[outcome] += 1;
      else report.skipped.push({ name: name.replaceAll(/\p{C}/gu, '?'), why: outcome });
    }
    return report;
  }

  /** Whether files lie there that could be adopted. */
  async isWorthwhile(): Promise<boolean> {
    const tenant = await this.auth.ensureDefaultTenant();
    for await (const name of this.names()) {
      if ((await this.whyNot(name)) !== undefined) continue;
      if (!(await this.assets.wasEver(tenant, canonicalFilename(name)))) return true;
    }
    return false;
  }

  /** Not those of our own; nor whatever else nobody is meant to see. */
  private async *names(): AsyncGenerator<string> {
    const folder = await opendir(this.root).catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (folder === null) return;
    for await (const { name } of folder) if (!name.startsWith('.')) yield name;
  }

  /** Else why not. */
  private async adopt(tenant: Tenant, name: string): Promise<string> {
    const why = await this.whyNot(name);
    if (why !== undefined) return why;
    const filename = canonicalFilename(name);
    if (await this.assets.wasEver(tenant, filename)) return 'known';
    const path = join(this.root, name);
    const before = await lstat(path);
    const file = await this.store.receive(newId(this.clock.nowMs()), createReadStream(path));
    try {
      return isSame(before, await lstat(path)) ? await this.publish(tenant, filename, file, before) : changing;
    } finally {
      // Where it was published it is no longer there.
      await this.store.discard(file);
    }
  }

  private async publish(tenant: Tenant, filename: string, file: ReceivedFile, { mtime }: Stats): Promise<string> {
    const now = this.clock.now();
    try {
      const uploadedAt = mtime < now ? mtime : now;
      await this.publisher.publish(file, { tenant, filename, proof: null, uploadedAt }, () => Promise.resolve());
      return 'adopted';
    } catch (error) {
      if (error instanceof AssetKnown) return 'known';
      throw error;
    }
  }

  private async whyNot(name: string): Promise<string | undefined> {
    const flaw = whyNotFilename(name);
    if (flaw !== undefined) return `its name ${flaw}`;
    const found = await lstat(join(this.root, name));
    if (!found.isFile()) return found.isDirectory() ? 'it is a folder' : 'it is no plain file';
    const most = this.settings.assetsMaxBytes;
    return found.size > most ? `it is larger than ASSETS_MAX_BYTES (${most})` : undefined;
  }
}

const changing = 'somebody is writing it';

function isSame(before: Stats, after: Stats): boolean {
  return before.ino === after.ino && before.size === after.size && before.mtimeMs === after.mtimeMs;
}

/** One file that cannot be read keeps no other from being adopted; anything else does. */
function whyNotReadable(error: unknown): string {
  const isOfTheFile = ['EACCES', 'ENOENT', 'EISDIR', 'ELOOP'].includes(errorCodeOf(error) ?? '');
  if (!isOfTheFile) throw error;
  return `it cannot be read: ${messageOf(error)}`;
}
