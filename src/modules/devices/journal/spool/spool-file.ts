import type { FileHandle } from 'node:fs/promises';
import type { JournalRow } from '../journal.statement.js';
import type { SpoolDisk } from './spool-disk.js';
import { SpoolTaken } from './spool-taken.error.js';
import { headOf, recordOf } from './spool-record.rules.js';

/** One file of a spool and how much it holds. */
export interface SpoolFileState {
  path: string;
  records: number;
  bytes: number;
  oldestAtMs: number | null;
}

/** The file that is being written: what `append` has returned for is on disk. */
export class SpoolFile {
  private records = 0;
  private bytes = 0;
  private oldestAtMs: number | null = null;

  private constructor(
    private readonly disk: SpoolDisk,
    private readonly path: string,
    private readonly marker: Buffer,
    private readonly file: FileHandle,
  ) {}

  static async create(disk: SpoolDisk, path: string, folder: string, marker: Buffer): Promise<SpoolFile> {
    const created = new SpoolFile(disk, path, marker, await disk.create(path));
    try {
      await created.write(headOf(marker));
      await disk.syncFolder(folder);
      return created;
    } catch (error) {
      await created.close().catch(() => undefined);
      throw error;
    }
  }

  get state(): SpoolFileState {
    return { path: this.path, records: this.records, bytes: this.bytes, oldestAtMs: this.oldestAtMs };
  }

  /** When it throws, nothing of this is in the file, as far as the disk lets us say so; it takes no more. */
  async append(rows: readonly JournalRow[]): Promise<void> {
    await this.write(Buffer.concat(rows.map((row) => recordOf(row, this.marker))));
    this.records += rows.length;
    this.oldestAtMs ??= rows[0]?.received_at.getTime() ?? null;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async write(bytes: Buffer): Promise<void> {
    try {
      await this.disk.write(this.file, bytes, this.bytes);
      await this.disk.sync(this.file);
      // Somebody who believed us dead may have read the file to its end and removed it before these bytes came.
      if (!(await this.disk.isAt(this.path, this.file))) throw new SpoolTaken();
    } catch (error) {
      await this.file.truncate(this.bytes).catch(() => undefined);
      throw error;
    }
    this.bytes += bytes.length;
  }
}
