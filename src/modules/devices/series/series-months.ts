import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../../../core/config/settings.js';
import { Transactions } from '../../../core/database/transactions.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { Clock } from '../../../core/time/clock.js';
import { monthName, monthsToHave, oldestKeptMonth } from './series-months.rules.js';

const hourMs = 3_600_000;
const lockTimeout = '500ms';

/** Gives the day rows a partition a month, ahead of time, and drops those past their own retention. */
@Injectable()
export class SeriesMonths implements OnModuleInit {
  constructor(
    private readonly maintenance: Maintenance,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'series-months', everyMs: hourMs, atStart: true, run: () => this.run() });
  }

  private async run(): Promise<void> {
    const present = await this.present();
    for (const [from, to] of monthsToHave(this.clock.nowMs())) {
      if (!present.includes(monthName(from))) await this.make(from, to);
    }
    const oldest = oldestKeptMonth(await this.pastMs(), this.settings.retentionDays.series);
    for (const name of present) if (name < monthName(oldest)) await this.drop(name);
    await this.dataSource.query(`DELETE FROM series_days_default WHERE day < $1::date`, [oldest]);
  }

  private async present(): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'series_days'::regclass AND c.relname LIKE 'series\\_days\\_m%'`,
    );
    return rows.map(({ name }) => name);
  }

  /** A server whose clock is ahead must not drop what is still to be kept. */
  private async pastMs(): Promise<number> {
    const rows = await this.dataSource.query<{ now: Date }[]>('SELECT now()');
    return Math.min(this.clock.nowMs(), rows[0]?.now.getTime() ?? 0);
  }

  /** Rows that the default partition took in move over in the same transaction. Names and bounds are ours. */
  private async make(from: string, to: string): Promise<void> {
    const name = monthName(from);
    await this.transactions.run(
      (tx) =>
        tx.query(`
          SET LOCAL lock_timeout = '${lockTimeout}';
          LOCK TABLE ONLY series_days_default IN SHARE ROW EXCLUSIVE MODE;
          CREATE TABLE ${name} (LIKE series_days INCLUDING ALL);
          WITH moved AS (DELETE FROM series_days_default WHERE day >= '${from}' AND day < '${to}' RETURNING *)
          INSERT INTO ${name} SELECT * FROM moved;
          ALTER TABLE series_days ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`),
      { unhurried: true },
    );
  }

  private async drop(name: string): Promise<void> {
    await this.transactions.run((tx) => tx.query(`SET LOCAL lock_timeout = '${lockTimeout}'; DROP TABLE ${name}`));
  }
}
