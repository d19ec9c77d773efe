import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from './app.js';
import { FakeClock } from './fake-clock.js';
import { HttpSink } from './http-sink.js';
import { TenantWorld } from './tenant-world.js';

export const aBody = { uuid: 'gateway-1', deviceName: 'a gateway', deviceType: 'raspberrypi', serial: 'SN-1' };
export const inDelhi = { latitude: 28.6139, longitude: 77.209, country: 'India', state: 'Delhi' };

/** Where devices register with nothing but the key of their fleet: a server, who it asks where they are, and a new tenant for each test. */
export class ZeroTouchLab {
  readonly clock = new FakeClock();
  /** One for each test: what was looked up is kept. */
  address = '';
  private addresses = 0;
  private started: { server: TestApp; lookup: HttpSink } | undefined;
  private made: TenantWorld | undefined;

  constructor() {
    beforeAll(async () => {
      const lookup = await HttpSink.start();
      const settings = { trustProxy: true, geoipUrl: `${lookup.url}/geo` };
      this.started = { server: await startTestApp({ clock: this.clock, settings }), lookup };
    });
    beforeEach(async () => {
      this.addresses += 1;
      this.address = `8.8.4.${this.addresses.toString()}`;
      this.clock.advance(600_000);
      await this.anotherTenant();
    });
    afterEach(() => {
      this.lookup.clear();
    });
    afterAll(async () => {
      await this.server.close();
      await this.lookup.close();
    });
  }

  get server(): TestApp {
    return this.running.server;
  }

  get lookup(): HttpSink {
    return this.running.lookup;
  }

  get world(): TenantWorld {
    if (this.made === undefined) throw new Error('a tenant is there for each test');
    return this.made;
  }

  anotherTenant = async (): Promise<void> => {
    this.made = await TenantWorld.create(this.server);
  };

  ask = (method: string, url: string, body?: unknown): Promise<TestAnswer> =>
    this.server.http(method, url, { token: this.world.token, ...(body === undefined ? {} : { body }) });

  aFleet = async (body: object = {}): Promise<{ id: string; key: string }> =>
    (await this.ask('POST', '/api/v1/provisioning-keys', { name: 'a fleet', placement: {}, ...body })).body;

  register = (key: string, body: object = {}, from = this.address): Promise<TestAnswer> =>
    this.server.http('POST', '/api/v1/device/register', {
      token: key,
      headers: { 'x-forwarded-for': from },
      body: { ...aBody, ...body },
    });

  asked = (): string[] => this.lookup.requests.map(({ url }) => url);

  /** How many rows each table has that a registration could write to. */
  rows = async (): Promise<Record<string, number>> => {
    const tables = ['places', 'devices', 'device_state', 'device_keys', 'device_access_tokens', 'device_registrations'];
    const counts: Record<string, number> = {};
    for (const table of [...tables, 'audit_log', 'device_events', 'device_labels', 'provisioning_keys', 'changes']) {
      const [row] = await this.server.database.query(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`, [
        this.world.tenantId,
      ]);
      counts[table] = (row as { n: number }).n;
    }
    return counts;
  };

  private get running(): { server: TestApp; lookup: HttpSink } {
    if (this.started === undefined) throw new Error('the server starts with the first test');
    return this.started;
  }
}
