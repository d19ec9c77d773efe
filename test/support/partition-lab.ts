import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../src/core/config/config.module.js';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { DatabaseModule } from '../../src/core/database/database.module.js';
import { dayMs } from '../../src/core/database/partitions/partition-days.rules.js';
import type { PartitionedTable, Retention } from '../../src/core/database/partitions/partitioned-table.js';
import { PartitionedTables } from '../../src/core/database/partitions/partitioned-tables.js';
import { PartitionsModule } from '../../src/core/database/partitions/partitions.module.js';
import { EventsModule } from '../../src/core/events/events.module.js';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { Clock } from '../../src/core/time/clock.js';
import { TimeModule } from '../../src/core/time/time.module.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { FakeClock } from './fake-clock.js';

export const labTables: PartitionedTable[] = [
  { table: 'device_events', key: 'id', retention: 'events' },
  { table: 'flow_steps', key: 'run_id', retention: 'runs' },
];

export const retentionDays: Record<Retention, number> = { events: 30, runs: 14, deliveries: 7, audit: 30 };

/** The maintenance of partitions alone, on a database and a clock of its own; two tables stand for all. */
export class PartitionLab {
  readonly clock = new FakeClock();
  private app: TestingModule;

  private constructor(readonly database: TestDatabase) {}

  /** `startMs`: what the clock says at the start. The maintenance has run once. */
  static async start(startMs: number): Promise<PartitionLab> {
    const lab = new PartitionLab(await createTestDatabase());
    lab.nowIs(startMs);
    const settings = loadSettings({
      DATABASE_URL: lab.database.url,
      SECRET_KEY: 'a key that is long enough and that this lab never uses',
    });
    lab.app = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(settings.with({ retentionDays: { ...settings.retentionDays, ...retentionDays } })),
        DatabaseModule,
        EventsModule,
        PartitionsModule,
        TimeModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(lab.clock)
      .compile();
    lab.app.useLogger(false);
    const tables = lab.app.get(PartitionedTables, { strict: false });
    for (const table of labTables) tables.register(table);
    await lab.app.init();
    return lab;
  }

  nowIs(timeMs: number): void {
    this.clock.advance(timeMs - this.clock.nowMs());
  }

  async tend(): Promise<void> {
    await this.app.get(Maintenance, { strict: false }).runNow('partitions');
  }

  /** Stores an event at noon of the day; answers its id. */
  async store(day: number): Promise<string> {
    const id = newId(day + dayMs / 2);
    await this.database.query(
      `INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body) VALUES ($1, $1, $1, now(), 'test', 'up', '')`,
      [id],
    );
    return id;
  }

  /** The partition an event lies in. */
  async placeOf(id: string): Promise<string | undefined> {
    const rows = await this.database.query<{ place: string }>(
      'SELECT tableoid::regclass::text AS place FROM device_events WHERE id = $1',
      [id],
    );
    return rows[0]?.place;
  }

  async storedIds(): Promise<string[]> {
    return (await this.database.query<{ id: string }>('SELECT id FROM device_events ORDER BY id')).map(({ id }) => id);
  }

  /** All but the default, oldest first. */
  partitionsOf(table: string): Promise<string[]> {
    return partitionsOf(this.database, table);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}

export async function partitionsOf(database: TestDatabase, table: string): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1`,
    [table],
  );
  return rows.map(({ name }) => name).filter((name) => name !== `${table}_default`);
}
