import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../../../../core/errors/error-code.js';
import { FolderInUse } from '../../../../core/locks/folder-in-use.js';
import { FolderLock } from '../../../../core/locks/folder-lock.js';
import type { JournalRow } from '../journal.statement.js';
import type { SpoolDisk } from './spool-disk.js';
import { SpoolFile, type SpoolFileState } from './spool-file.js';
import { SpoolTaken } from './spool-taken.error.js';
import { contentOf, markerBytes, measure, type SpoolContent } from './spool-record.rules.js';

const lockFile = 'lock';
const extension = '.spool';
const adoptedSuffix = '.adopted';
const folderName = /^[0-9a-f]{8}-[0-9a-f-]{27}(\.adopted)?$/;

/**
 * The spool of one process: a locked folder of files, of which the last is written and the others wait to be drained.
 * An adopted one is a dead process's: it is only drained.
 *
 * Adopting renames the folder before it reads, and the writer looks after each write whether its file is still where it
 * was. So a process that was only stopped, and whose lock could not be seen from another machine, notices: what it wrote
 * before the rename is read, and what it writes later is not answered.
 */
export class SpoolFolder {
  private readonly marker = randomBytes(markerBytes);
  private waiting: SpoolFileState[] = [];
  private open: SpoolFile | undefined;
  private nextNumber = 1;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly disk: SpoolDisk,
    private readonly path: string,
    private readonly lock: FolderLock,
  ) {}

  /** @throws SpoolTaken where somebody looking for orphans came between the folder and its lock. */
  static async create(disk: SpoolDisk, root: string, name: string): Promise<SpoolFolder> {
    const path = join(root, name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    await disk.syncFolder(root);
    try {
      return new SpoolFolder(disk, path, await FolderLock.acquire(path, lockFile));
    } catch (error) {
      throw error instanceof FolderInUse || errorCodeOf(error) === 'ENOENT' ? new SpoolTaken() : error;
    }
  }

  /** The folders in `root`, oldest first, whosever they are. */
  static async namesIn(root: string): Promise<string[]> {
    return (await readdir(root)).filter((name) => folderName.test(name)).sort();
  }

  /** @throws FolderInUse while its process lives. */
  static async adopt(disk: SpoolDisk, root: string, name: string): Promise<SpoolFolder> {
    const found = join(root, name);
    const lock = await FolderLock.acquire(found, lockFile);
    try {
      const path = name.endsWith(adoptedSuffix) ? found : found + adoptedSuffix;
      await rename(found, path);
      await disk.syncFolder(root);
      const folder = new SpoolFolder(disk, path, lock);
      folder.waiting = await statesOf(path);
      return folder;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** What has been written, oldest first. */
  get files(): readonly SpoolFileState[] {
    return this.open === undefined ? this.waiting : [...this.waiting, this.open.state];
  }

  /** On disk when it returns. */
  append(rows: readonly JournalRow[], maxFileBytes: number): Promise<void> {
    return this.inTurn(async () => {
      if (this.open !== undefined && this.open.state.bytes >= maxFileBytes) await this.closeOpen();
      this.open ??= await this.newFile();
      try {
        await this.open.append(rows);
      } catch (error) {
        // A disk that has failed to sync may have thrown away what it was to write: nothing is put behind that.
        await this.closeOpen();
        throw error;
      }
    });
  }

  /** From here on nothing is added to the files that there are; answers them, oldest first. */
  async seal(): Promise<readonly SpoolFileState[]> {
    await this.inTurn(() => this.closeOpen());
    return [...this.waiting];
  }

  /** @throws SpoolTaken where the file is gone: who has taken the folder over has drained it. */
  async read(file: SpoolFileState): Promise<SpoolContent> {
    try {
      return contentOf(await readFile(file.path));
    } catch (error) {
      throw errorCodeOf(error) === 'ENOENT' ? new SpoolTaken() : error;
    }
  }

  /** Everything in it is stored. */
  async remove(file: SpoolFileState): Promise<void> {
    await rm(file.path, { force: true });
    this.forget(file);
  }

  /** The file lies elsewhere now. */
  forget(file: SpoolFileState): void {
    this.waiting = this.waiting.filter((other) => other !== file);
  }

  /** What is left in it waits for whoever adopts it. */
  async close(): Promise<void> {
    await this.inTurn(() => this.closeOpen());
    await this.lock.release();
    if (this.waiting.length > 0) return;
    // The mark in an adopted folder went with the folder when it was renamed.
    await rm(join(this.path, lockFile), { force: true });
    await rmdir(this.path).catch(() => undefined);
  }

  /** Another process has taken it over; nothing in it is ours any more. */
  async abandon(): Promise<void> {
    await this.inTurn(() => this.closeOpen());
    this.waiting = [];
    await this.lock.release();
  }

  private async newFile(): Promise<SpoolFile> {
    const name = this.nextNumber.toString().padStart(8, '0') + extension;
    this.nextNumber += 1;
    const path = join(this.path, name);
    try {
      return await SpoolFile.create(this.disk, path, this.path, this.marker);
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw errorCodeOf(error) === 'ENOENT' ? new SpoolTaken() : error;
    }
  }

  private async closeOpen(): Promise<void> {
    const file = this.open;
    if (file === undefined) return;
    this.open = undefined;
    // Before anything is waited for: who asks how much there is must not find it in neither place.
    if (file.state.records > 0) this.waiting.push(file.state);
    await file.close().catch(() => undefined);
    if (file.state.records === 0) await rm(file.state.path, { force: true }).catch(() => undefined);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

async function statesOf(folder: string): Promise<SpoolFileState[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(extension)).sort();
  const states: SpoolFileState[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const file = await readFile(path);
    states.push({ path, bytes: file.length, ...measure(file) });
  }
  return states;
}
