import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../../../core/config/settings.js';
import { errorCodeOf } from '../../../../core/errors/error-code.js';
import { FolderInUse } from '../../../../core/locks/folder-in-use.js';
import { SpoolDisk } from './spool-disk.js';
import { SpoolFolder } from './spool-folder.js';
import { spoolRootOf } from './spool-root.js';

/** Takes over the spools of processes that have ended, whatever way, with messages in them. */
@Injectable()
export class SpoolOrphans {
  private readonly logger = new Logger(SpoolOrphans.name);
  private readonly root: string;
  private folders: readonly SpoolFolder[] = [];

  constructor(
    settings: Settings,
    private readonly disk: SpoolDisk,
  ) {
    this.root = spoolRootOf(settings);
  }

  get adopted(): readonly SpoolFolder[] {
    return this.folders;
  }

  async adopt(): Promise<void> {
    const names = await SpoolFolder.namesIn(this.root).catch(() => []);
    const adopted = await Promise.all(names.map((name) => this.tryToAdopt(name)));
    this.folders = [...this.folders, ...adopted.filter((folder) => folder !== undefined)];
  }

  /** Removes those in which nothing is left. */
  async letGo(): Promise<void> {
    const empty = this.folders.filter((folder) => folder.files.length === 0);
    this.folders = this.folders.filter((folder) => !empty.includes(folder));
    for (const folder of empty) await folder.close();
  }

  private async tryToAdopt(name: string): Promise<SpoolFolder | undefined> {
    try {
      const folder = await SpoolFolder.adopt(this.disk, this.root, name);
      this.logger.warn({ folder: name }, 'the spool of a process that has ended is taken over');
      return folder;
    } catch (error) {
      // A living one's, our own, or another process was quicker and the folder is gone.
      if (error instanceof FolderInUse || errorCodeOf(error) === 'ENOENT') return undefined;
      this.logger.error({ err: error, folder: name }, 'the spool of a process that has ended cannot be taken over');
      return undefined;
    }
  }
}
