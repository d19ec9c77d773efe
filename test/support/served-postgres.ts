import pg from 'pg';
import { startTestApp } from './app.js';
import { eventually } from './eventually.js';
import { StoppablePostgres } from './stoppable-postgres.js';
import { TenantWorld } from './tenant-world.js';
import type { Sent } from './chirpstack-simulator.js';

/** A PostgreSQL that can be stopped, with a tenant, its key and a few devices in it; servers are the test's own. */
export class ServedPostgres {
  private constructor(
    readonly postgres: StoppablePostgres,
    readonly ingestKey: string,
    readonly devEuis: string[],
  ) {}

  static async start(deviceCount = 5): Promise<ServedPostgres> {
    const postgres = await StoppablePostgres.start();
    const pool = new pg.Pool({ connectionString: postgres.url, max: 1 });
    const database = {
      url: postgres.url,
      query: async <Row>(sql: string, params?: unknown[]) => (await pool.query(sql, params)).rows as Row[],
      drop: () => pool.end(),
    };
    const app = await startTestApp({ database, settings: { role: 'api' } });
    try {
      const world = await TenantWorld.create(app);
      const devEuis: string[] = [];
      for (let n = 0; n < deviceCount; n += 1) devEuis.push((await world.aDevice()).dev_eui);
      return new ServedPostgres(postgres, world.ingestKey, devEuis);
    } finally {
      await app.close();
      await pool.end();
    }
  }

  /** Every job is done. */
  worked(patienceMs: number): Promise<true> {
    return eventually(
      async () => {
        const [left] = await this.postgres.query('SELECT count(*) FROM jobs');
        return left?.[0] === '0' ? true : undefined;
      },
      'a queue without jobs',
      patienceMs,
    );
  }

  /** What is not in the database, or under another id than was answered. */
  async lostOf(expected: readonly Sent[]): Promise<Sent[]> {
    const rows = await this.postgres.query(
      'SELECT d.dev_eui, e.f_cnt, e.id FROM device_events e JOIN devices d ON d.id = e.device_id',
    );
    const stored = new Map(rows.map(([devEui, fCnt, id]) => [`${String(devEui)} ${String(fCnt)}`, id]));
    if (stored.size !== rows.length) throw new Error(`${rows.length - stored.size} messages were stored twice`);
    return expected.filter(({ devEui, fCnt, body }) => {
      const id = stored.get(`${devEui} ${fCnt}`);
      return id === undefined || (body !== undefined && id !== body.event_id);
    });
  }

  close(): Promise<void> {
    return this.postgres.close();
  }
}
