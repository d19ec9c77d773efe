import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Batcher } from '../../../../core/batching/batcher.js';
import { isRetryable, isRowsFault, sqlStateOf, uniqueViolation } from '../../../../core/database/sql-state.js';
import { endsWithin } from '../../../../core/time/ends-within.js';
import { DatabaseWatch } from '../database-watch.js';
import type { Receipt } from '../device-event.contract.js';
import { JournalStore } from '../journal-store.js';
import type { JournalRow } from '../journal.statement.js';
import { DiskTrouble } from './disk-trouble.error.js';
import type { SpoolFileState } from './spool-file.js';
import type { SpoolFolder } from './spool-folder.js';
import { SpoolMetrics } from './spool-metrics.js';
import { SpoolOrphans } from './spool-orphans.js';
import { SpoolQuarantine } from './spool-quarantine.js';
import type { SpoolContent } from './spool-record.rules.js';
import { SpoolTaken } from './spool-taken.error.js';
import { SpoolService } from './spool.service.js';

const rowsAtOnce = 256;
/** Nobody waits for an answer here, so it need not be the two seconds of a flush. */
const storeWithinMs = 10_000;
/** For what was spooled while the database was there (too many at once), and for processes that died meanwhile. */
const lookEveryMs = 5_000;
/** A batch is stored by then; finding out whether a distant holder is dead may take longer, and can be left. */
const goodbyeMs = 1_000;

/**
 * Brings what was spooled into the database when it is back: the own spool and those of dead processes, file by file,
 * by the same statement as ever. A file is removed after everything in it was committed, so a crash in between only
 * repeats what the statement then finds there already.
 */
@Injectable()
export class SpoolDrain implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SpoolDrain.name);
  private readonly batcher = new Batcher<JournalRow, Receipt>({
    flush: (rows) => this.store.store(rows, storeWithinMs),
    maxItems: rowsAtOnce,
    maxInFlight: 1,
  });
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly spool: SpoolService,
    private readonly orphans: SpoolOrphans,
    private readonly quarantine: SpoolQuarantine,
    private readonly store: JournalStore,
    private readonly watch: DatabaseWatch,
    private readonly metrics: SpoolMetrics,
  ) {}

  onModuleInit(): void {
    this.watch.onAnswer(() => this.run());
  }

  onApplicationBootstrap(): void {
    this.look();
    this.timer = setInterval(() => {
      this.look();
    }, lookEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    if (this.running !== undefined) await endsWithin(this.running, goodbyeMs);
  }

  /** Drains everything there is, unless that is being done already; throws when the database takes no more. */
  run(): Promise<void> {
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private look(): void {
    if (this.watch.isAway) return;
    this.run().catch((error: unknown) => {
      if (!isRetryable(error)) this.watch.lost(error);
    });
  }

  /**
   * The own spool first: whether the holder of another one is dead can take seconds to find out. What SPOOL says matters
   * only for what comes; what was answered is brought in.
   */
  private async drain(): Promise<void> {
    let drained = await this.drainAll();
    if (this.stopped) return;
    this.watch.found();
    await this.orphans.adopt();
    drained += await this.drainAll();
    await this.orphans.letGo();
    if (drained > 0) this.logger.log({ records: drained }, 'the spool is drained');
  }

  /** What came into the spool during one pass is taken by the next. */
  private async drainAll(): Promise<number> {
    let drained = 0;
    for (let more = await this.drainOnce(); more > 0; more = await this.drainOnce()) drained += more;
    return drained;
  }

  /** Answers how many messages have left the spool. */
  private async drainOnce(): Promise<number> {
    let drained = 0;
    for (const folder of this.spool.folders) {
      for (const file of await folder.seal()) drained += await this.drainFile(folder, file);
    }
    return drained;
  }

  /** A file that the disk does not let us work on is left for the next time; it must not keep the others back. */
  private async drainFile(folder: SpoolFolder, file: SpoolFileState): Promise<number> {
    try {
      const content = await onDisk(folder.read(file));
      await this.storeAll(content.rows);
      if (this.stopped) return 0;
      await onDisk(this.finish(folder, file, content));
      return content.rows.length;
    } catch (error) {
      if (!(error instanceof DiskTrouble)) throw error;
      if (error.cause instanceof SpoolTaken) {
        folder.forget(file);
        return 0;
      }
      this.logger.error({ err: error, file: file.path }, 'a spool file cannot be drained; it is tried again');
      return 0;
    }
  }

  private async storeAll(rows: readonly JournalRow[]): Promise<void> {
    for (let from = 0; from < rows.length && !this.stopped; from += rowsAtOnce) {
      await this.storeSome(rows.slice(from, from + rowsAtOnce));
      this.watch.found();
    }
  }

  private async finish(folder: SpoolFolder, file: SpoolFileState, content: SpoolContent): Promise<void> {
    const { damagedBytes, tornBytes } = content;
    if (tornBytes > 0)
      this.logger.warn({ file: file.path, bytes: tornBytes }, 'a write was cut short; nobody was answered');
    if (damagedBytes === 0) {
      await folder.remove(file);
      return;
    }
    const kept = await this.quarantine.keep(file.path);
    folder.forget(file);
    this.logger.error({ file: kept, bytes: damagedBytes }, 'a part of a spool file cannot be read; the file is kept');
  }

  private async storeSome(rows: readonly JournalRow[]): Promise<void> {
    const results = await Promise.allSettled(rows.map((row) => this.batcher.add(row)));
    const refused: { row: JournalRow; error: unknown }[] = [];
    for (const [index, row] of rows.entries()) {
      const result = results[index];
      if (result?.status !== 'rejected') continue;
      if (!isRowsFault(result.reason)) throw result.reason;
      // Under its own id it is there already, and its key is forgotten: it has waited here for more than a day.
      if (sqlStateOf(result.reason) !== uniqueViolation) refused.push({ row, error: result.reason });
    }
    for (const { row, error } of refused) await this.setAside(row, error);
    this.metrics.drained(rows.length - refused.length, refused.length);
  }

  private async setAside(row: JournalRow, error: unknown): Promise<void> {
    await onDisk(this.quarantine.put(row, `SQLSTATE ${sqlStateOf(error) ?? 'unknown'}`));
    this.logger.error({ err: error, event_id: row.id }, 'a spooled message cannot be stored and is set aside');
  }
}

async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new DiskTrouble(error);
  }
}
