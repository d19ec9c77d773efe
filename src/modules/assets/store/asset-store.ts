import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { errorCodeOf } from '../../../core/errors/error-code.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AssetFileMissing, AssetStoreFailed } from '../asset.errors.js';
import { descriptionBytes } from '../firmware/app-description.rules.js';
import { assetFolderOf, type AssetFolder } from './asset-folder.js';
import { IncomingFiles } from './incoming-files.js';

/** A file that is on disk whole, and that nobody can see yet. */
export interface ReceivedFile {
  id: string;
  path: string;
  size: number;
  sha256: string;
  /** Its first bytes, as many as there are of `descriptionBytes`. */
  head: Buffer;
}

/**
 * Keeps files in ASSETS_DIR, each under the id of its version: nothing that a client says becomes a path. A file is whole
 * and synced before it has that name, and it is served only where a row names it.
 */
@Injectable()
export class AssetStore {
  private readonly folder: AssetFolder;

  constructor(
    settings: Settings,
    private readonly incoming: IncomingFiles,
  ) {
    this.folder = assetFolderOf(settings);
  }

  /** Writes what comes in, a piece at a time, and syncs it. What cannot be received to its end leaves nothing. */
  async receive(id: string, bytes: Readable): Promise<ReceivedFile> {
    const path = await onDisk(this.incoming.pathFor(id));
    try {
      const handle = await onDisk(open(path, 'wx', 0o600));
      const hash = createHash('sha256');
      const head: Buffer[] = [];
      let size = 0;
      const measured = async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          hash.update(piece);
          if (size < descriptionBytes) head.push(Buffer.from(piece.subarray(0, descriptionBytes - size)));
          size += piece.length;
          yield piece;
        }
      };
      await onDisk(pipeline(bytes, measured, handle.createWriteStream({ flush: true })));
      return { id, path, size, sha256: hash.digest('hex'), head: Buffer.concat(head) };
    } catch (error) {
      await this.discard({ path });
      throw error;
    }
  }

  async discard({ path }: Pick<ReceivedFile, 'path'>): Promise<void> {
    await rm(path, { force: true });
  }

  /** From here on it outlives the process; a row may name it. */
  async keep(tenant: Tenant, { id, path }: ReceivedFile): Promise<void> {
    const kept = this.pathOf(tenant, id);
    await onDisk(mkdir(dirname(kept), { recursive: true, mode: 0o700 }));
    await onDisk(rename(path, kept));
    await onDisk(syncFolder(dirname(kept)));
    // Its own name must be on disk, too, if it has just been made.
    await onDisk(syncFolder(this.folder.kept));
  }

  /** To be closed by whoever reads it. A file that is removed meanwhile can still be read to its end. */
  async open(tenant: Tenant, id: string): Promise<FileHandle> {
    try {
      return await open(this.pathOf(tenant, id), 'r');
    } catch (error) {
      throw errorCodeOf(error) === 'ENOENT' ? new AssetFileMissing() : error;
    }
  }

  async remove(tenant: Tenant, ids: readonly string[]): Promise<void> {
    for (const id of ids) await rm(this.pathOf(tenant, id), { force: true });
  }

  private pathOf(tenant: Tenant, id: string): string {
    return join(this.folder.kept, tenant.id, id);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const diskTroubles: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EROFS: 'ASSETS_DIR cannot be written to',
  EACCES: 'ASSETS_DIR cannot be written to',
  EPERM: 'ASSETS_DIR cannot be written to',
  ENOTDIR: 'ASSETS_DIR is no folder',
  ENOENT: 'ASSETS_DIR is not there',
  EIO: 'the disk has failed',
};

async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const trouble = diskTroubles[errorCodeOf(error) ?? ''];
    throw trouble === undefined ? error : new AssetStoreFailed(trouble);
  }
}
