import { Changes } from '../../src/core/changes/changes.js';
import type { SettingsValues } from '../../src/core/config/settings.js';
import { startTestApp, type TestApp } from './app.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventually } from './eventually.js';
import { TcpProxy } from './tcp-proxy.js';
import { TenantWorld } from './tenant-world.js';
import { anUplink } from './uplinks.js';

/** An api process whose way to the database can be cut, refused and swallowed. The tests' own way to it stays open. */
export class OutageLab {
  private constructor(
    readonly database: TestDatabase,
    readonly proxy: TcpProxy,
    readonly app: TestApp,
    readonly world: TenantWorld,
  ) {}

  static async start(settings: Partial<SettingsValues> = {}): Promise<OutageLab> {
    const database = await createTestDatabase();
    const { proxy, url } = await TcpProxy.inFrontOf(database.url);
    const app = await startTestApp({ database, settings: { role: 'api', ...settings, databaseUrl: url } });
    const world = await TenantWorld.create(app);
    const lab = new OutageLab(database, proxy, app, world);
    // A key that was never seen is good for nothing once the database is away.
    await lab.post(anUplink('FFFFFFFFFFFFFFFF'));
    // That it was made is a change of it, which comes round once more and drops what was remembered.
    await app.app.get(Changes).read();
    await lab.post(anUplink('FFFFFFFFFFFFFFFF'));
    return lab;
  }

  post(body: unknown, event = 'up') {
    return this.app.http('POST', `/api/v1/ingest/chirpstack?event=${event}`, { apiKey: this.world.ingestKey, body });
  }

  /** Of a known device, `count` different ones at once. */
  postMany(devEui: string, count: number) {
    return Promise.all(Array.from({ length: count }, (_, fCnt) => this.post(anUplink(devEui, { fCnt }))));
  }

  async metric(name: string): Promise<number> {
    const { body } = await this.app.http('GET', '/metrics');
    const line = String(body)
      .split('\n')
      .find((one) => one.startsWith(`fieldline_${name} `));
    return Number(line?.split(' ').at(-1));
  }

  /** The spool is empty. */
  drained(patienceMs?: number): Promise<true> {
    return eventually(
      async () => ((await this.metric('spool_records')) === 0 ? true : undefined),
      'an empty spool',
      patienceMs,
    );
  }

  async idsOf(deviceId: string): Promise<string[]> {
    const sql = `SELECT id FROM device_events WHERE device_id = $1 AND event <> 'status_change' ORDER BY id`;
    return (await this.database.query<{ id: string }>(sql, [deviceId])).map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.proxy.close();
    await this.database.drop();
  }
}
