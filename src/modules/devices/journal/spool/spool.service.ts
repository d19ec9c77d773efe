import { access, constants, mkdir } from 'node:fs/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Batcher } from '../../../../core/batching/batcher.js';
import { Settings } from '../../../../core/config/settings.js';
import { newId } from '../../../../core/ids/uuid-v7.js';
import { Clock } from '../../../../core/time/clock.js';
import { JournalUnavailable } from '../journal-unavailable.js';
import type { JournalRow } from '../journal.statement.js';
import { SpoolDisk } from './spool-disk.js';
import { SpoolFolder } from './spool-folder.js';
import { SpoolOrphans } from './spool-orphans.js';
import { spoolRootOf } from './spool-root.js';
import { SpoolTaken } from './spool-taken.error.js';

/** One write and one sync for everything that came during the last one. */
const maxBatch = 1_000;
const maxFileBytes = 8 * 1024 * 1024;
/** For so long after a failed write nobody is sent here; then one message may try whether the disk takes it again. */
const shyMs = 5_000;

/** `full` and `failing` refuse what comes; `off` was never there. */
export type SpoolCondition = 'ready' | 'full' | 'failing' | 'off';

export interface SpoolDepth {
  records: number;
  bytes: number;
  /** When the oldest waiting message was received. */
  oldestAtMs: number | null;
}

/**
 * Keeps messages on this server's disk while the database cannot take them: DATA_DIR/spool/<one folder a process>. What
 * `append` has returned for survives a kill and a crash of the machine; when it throws, nobody may be told otherwise.
 */
@Injectable()
export class SpoolService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SpoolService.name);
  private readonly root: string;
  private readonly maxBytes: number;
  private readonly writer = new Batcher<JournalRow, void>({
    flush: async (rows) => {
      await this.write(rows);
      return [];
    },
    maxItems: maxBatch,
    maxInFlight: 1,
  });
  private own: SpoolFolder | undefined;
  private failedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly settings: Settings,
    private readonly disk: SpoolDisk,
    private readonly orphans: SpoolOrphans,
    private readonly clock: Clock,
  ) {
    this.root = spoolRootOf(settings);
    this.maxBytes = settings.spoolMaxMb * 1024 * 1024;
  }

  /** A spool that cannot work should not be found out in the night in which it is needed. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.settings.spool) return;
    try {
      await mkdir(this.root, { recursive: true, mode: 0o711 });
      await access(this.root, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      this.fail(error, 'the spool cannot be used: while the database is away, messages are refused');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const { records } = this.depth;
    if (records > 0) this.logger.warn({ records }, 'messages stay in the spool until the next start');
    for (const folder of this.folders) await folder.close();
    this.own = undefined;
  }

  get condition(): SpoolCondition {
    if (!this.settings.spool) return 'off';
    if (this.clock.nowMs() - this.failedAtMs < shyMs) return 'failing';
    return this.depth.bytes >= this.maxBytes ? 'full' : 'ready';
  }

  /** What waits in this process's own spool and in those it has taken over. */
  get depth(): SpoolDepth {
    const files = this.folders.flatMap((folder) => folder.files);
    const oldest = files.flatMap(({ oldestAtMs }) => oldestAtMs ?? []);
    return {
      records: files.reduce((sum, file) => sum + file.records, 0),
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      oldestAtMs: oldest.length === 0 ? null : Math.min(...oldest),
    };
  }

  /** The folders that this process drains, oldest first. */
  get folders(): readonly SpoolFolder[] {
    return this.own === undefined ? this.orphans.adopted : [...this.orphans.adopted, this.own];
  }

  /** @throws JournalUnavailable when the message is not on disk. */
  async append(row: JournalRow): Promise<void> {
    if (!this.settings.spool) throw new JournalUnavailable('the database is away, and there is no spool');
    await this.writer.add(row);
  }

  private async write(rows: readonly JournalRow[]): Promise<void> {
    if (this.depth.bytes >= this.maxBytes) throw new JournalUnavailable('the database is away, and the spool is full');
    try {
      await this.writeToOwn(rows);
      this.failedAtMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.fail(error, 'the spool cannot be written: messages are refused');
      throw new JournalUnavailable('the database is away, and the spool cannot be written');
    }
  }

  private async writeToOwn(rows: readonly JournalRow[]): Promise<void> {
    try {
      this.own ??= await this.newFolder();
      await this.own.append(rows, maxFileBytes);
    } catch (error) {
      if (!(error instanceof SpoolTaken)) throw error;
      this.logger.warn({ err: error }, 'a new spool is begun');
      const taken = this.own;
      this.own = undefined;
      await taken?.abandon();
      this.own = await this.newFolder();
      await this.own.append(rows, maxFileBytes);
    }
  }

  private newFolder(): Promise<SpoolFolder> {
    return SpoolFolder.create(this.disk, this.root, newId(this.clock.nowMs()));
  }

  private fail(error: unknown, what: string): void {
    // Once per period: under load every message would say it.
    if (this.condition !== 'failing') this.logger.error({ err: error }, what);
    this.failedAtMs = this.clock.nowMs();
  }
}
