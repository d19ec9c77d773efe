import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Maintenance } from '../../maintenance/maintenance.js';
import { Clock } from '../../time/clock.js';
import { isLockTimeout } from '../sql-state.js';
import { daysToHave, oldestKeptDay } from './partition-days.rules.js';
import type { PartitionedTable } from './partitioned-table.js';
import { PartitionedTables } from './partitioned-tables.js';
import { PartitionsRepository } from './partitions.repository.js';

const hourMs = 3_600_000;

/**
 * Gives every history a partition a day, a week ahead, and drops those past retention. A write whose day has none, after
 * a clock that jumped or a month without running, goes to the default partition and is moved from there.
 */
@Injectable()
export class PartitionMaintenance implements OnModuleInit {
  private readonly logger = new Logger(PartitionMaintenance.name);

  constructor(
    private readonly maintenance: Maintenance,
    private readonly tables: PartitionedTables,
    private readonly partitions: PartitionsRepository,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'partitions', everyMs: hourMs, atStart: true, run: () => this.run() });
  }

  private async run(): Promise<void> {
    const nowMs = this.clock.nowMs();
    // A server whose clock is ahead must not drop what is still to be kept: past retention is what both clocks say is.
    const pastMs = Math.min(nowMs, await this.partitions.databaseNowMs());
    for (const table of this.tables.all()) {
      await this.tend(table, nowMs, oldestKeptDay(pastMs, this.settings.retentionDays[table.retention]));
    }
  }

  private async tend(table: PartitionedTable, nowMs: number, oldestDay: number): Promise<void> {
    const present = await this.partitions.daysOf(table);
    const toHave = daysToHave(nowMs);
    const stranded = await this.partitions.daysInDefault(table, oldestDay, Math.max(...toHave));
    for (const day of new Set([...toHave, ...stranded])) {
      if (!present.has(day)) await this.unlessBusy(table, () => this.partitions.make(table, day));
    }
    if (!(await this.mayDrop(table, oldestDay))) return;
    for (const day of present) {
      if (day < oldestDay) await this.unlessBusy(table, () => this.partitions.drop(table, day));
    }
    const deleted = await this.partitions.emptyDefault(table, oldestDay);
    if (deleted > 0)
      this.logger.log({ table: table.table, rows: deleted }, 'rows past retention left the default partition');
  }

  /** Whoever refers to what is dropped next must have come to terms with it; until then it is kept. */
  private async mayDrop({ table, beforeDropping }: PartitionedTable, oldestDay: number): Promise<boolean> {
    try {
      await beforeDropping?.(oldestDay);
      return true;
    } catch (error) {
      this.logger.error({ err: error, table }, 'what is past retention is kept for an hour: it is still referred to');
      return false;
    }
  }

  /** What is used too much to be locked now is done an hour later; a week of partitions is ahead, and the others are not kept waiting. */
  private async unlessBusy({ table }: PartitionedTable, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      this.logger.warn({ table }, 'a partition is left for the next hour: the table was busy');
    }
  }
}
