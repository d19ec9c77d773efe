import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { isUuid } from '../../../core/ids/uuid-v7.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { Clock } from '../../../core/time/clock.js';
import { AssetVersionsRepository } from '../asset-versions.repository.js';
import { UsedSignatures } from '../uploads/used-signatures.repository.js';
import { assetFolderOf } from './asset-folder.js';
import { IncomingFiles } from './incoming-files.js';

const everyMs = 600_000;
/** Between a file's last byte and its row no more than one statement's time passes. */
const orphanAfterMs = 3_600_000;
const filesAtOnce = 1_000;

/** Removes what crashes left in ASSETS_DIR, at start and now and then, and forgets signatures that have expired. */
@Injectable()
export class AssetUpkeep implements OnModuleInit {
  private readonly logger = new Logger(AssetUpkeep.name);
  private readonly kept: string;

  constructor(
    private readonly maintenance: Maintenance,
    private readonly incoming: IncomingFiles,
    private readonly versions: AssetVersionsRepository,
    private readonly used: UsedSignatures,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    this.kept = assetFolderOf(settings).kept;
  }

  onModuleInit(): void {
    // Workers have nothing to do with files, and perhaps not the disk that they lie on.
    if (this.settings.role === 'worker') return;
    this.maintenance.register({ name: 'assets', everyMs, atStart: true, run: () => this.run() });
  }

  private async run(): Promise<void> {
    await this.used.forgetExpired(this.clock.now());
    await this.incoming.sweep();
    for (const tenantId of await namesIn(this.kept)) await this.sweepTenant(tenantId);
  }

  /** Files without a row: their upload or their deletion was cut off. */
  private async sweepTenant(tenantId: string): Promise<void> {
    const folder = join(this.kept, tenantId);
    const names = await namesIn(folder);
    for (let from = 0; from < names.length; from += filesAtOnce) {
      const some = names.slice(from, from + filesAtOnce);
      const known = await this.versions.known({ id: tenantId }, some);
      const orphans: string[] = [];
      for (const name of some) if (!known.has(name) && (await this.isOld(join(folder, name)))) orphans.push(name);
      for (const name of orphans) await rm(join(folder, name), { force: true });
      if (orphans.length > 0)
        this.logger.warn({ files: orphans.length }, 'files that belong to no version were removed');
    }
  }

  private async isOld(path: string): Promise<boolean> {
    const found = await stat(path).catch(() => null);
    return found !== null && this.clock.nowMs() - found.mtimeMs > orphanAfterMs;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(isUuid);
}
