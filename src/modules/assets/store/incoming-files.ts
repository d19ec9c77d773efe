import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { errorCodeOf } from '../../../core/errors/error-code.js';
import { FolderInUse } from '../../../core/locks/folder-in-use.js';
import { FolderLock } from '../../../core/locks/folder-lock.js';
import { assetFolderOf } from './asset-folder.js';

const lockFile = 'lock';

interface HeldFolder {
  path: string;
  lock: FolderLock;
}

/**
 * Where this process writes what is coming in: a folder of its own, which it holds as long as it lives. So whatever lies
 * in a folder that nobody holds is half a file of a process that has ended.
 */
@Injectable()
export class IncomingFiles implements OnApplicationShutdown {
  private readonly logger = new Logger(IncomingFiles.name);
  private readonly root: string;
  private readonly name = randomUUID();
  private own: Promise<HeldFolder> | undefined;

  constructor(settings: Settings) {
    this.root = assetFolderOf(settings).incoming;
  }

  /** The path of a new file. */
  async pathFor(id: string): Promise<string> {
    this.own ??= this.hold().catch((error: unknown) => {
      this.own = undefined;
      throw error;
    });
    const { path } = await this.own;
    // Somebody may have taken it away, or mounted another disk there.
    await mkdir(path, { recursive: true, mode: 0o700 });
    return join(path, id);
  }

  /** Throws away what processes that have ended left behind. */
  async sweep(): Promise<void> {
    const names = await readdir(this.root).catch(() => []);
    await Promise.all(names.filter((name) => name !== this.name).map((name) => this.sweepOne(join(this.root, name))));
  }

  async onApplicationShutdown(): Promise<void> {
    const held = await this.own?.catch(() => undefined);
    if (held === undefined) return;
    await held.lock.release();
    await rm(held.path, { recursive: true, force: true });
  }

  private async hold(): Promise<HeldFolder> {
    const path = join(this.root, this.name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return { path, lock: await FolderLock.acquire(path, lockFile) };
  }

  private async sweepOne(path: string): Promise<void> {
    try {
      const lock = await FolderLock.acquire(path, lockFile);
      const left = (await readdir(path)).filter((name) => !name.startsWith(lockFile));
      await rm(path, { recursive: true, force: true });
      await lock.release();
      if (left.length > 0) this.logger.warn({ files: left.length }, 'uploads of a process that has ended were removed');
    } catch (error) {
      // A living one's, or another process was quicker.
      if (error instanceof FolderInUse || errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ENOTDIR') return;
      this.logger.warn({ err: error }, 'what a process that has ended left behind could not be removed');
    }
  }
}
