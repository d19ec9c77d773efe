import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/core/database/transactions.js';
import type { MqttSettings } from '../../src/core/config/settings.js';
import { Notices } from '../../src/core/notices/notices.js';
import type { NoticeKind } from '../../src/core/notices/notice.js';
import type { Tenant } from '../../src/core/tenancy/tenant.js';
import { AuthService } from '../../src/modules/auth/auth.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { MqttSink } from '../support/mqtt-sink.js';

const credentials = { username: 'fieldline', password: 'a password for a broker' };

let database: TestDatabase;
let broker: MqttSink;
let apps: TestApp[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  broker = await MqttSink.start(credentials);
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  apps = [];
  broker.clear();
});
afterAll(async () => {
  await broker.close();
  await database.drop();
});

async function start(given: Partial<MqttSettings> = {}, role: 'all' | 'api' = 'all'): Promise<TestApp> {
  const mqtt = { url: `mqtt://127.0.0.1:${broker.port}`, ...credentials, prefix: 'iotsupport', ...given };
  const app = await startTestApp({ database, settings: { mqtt, role } });
  apps.push(app);
  return app;
}

async function save({ app }: TestApp, kind: NoticeKind, filenames: string[], tenant?: Tenant): Promise<void> {
  const owner = tenant ?? (await app.get(AuthService).ensureDefaultTenant());
  await app.get(Transactions).run((tx) => app.get(Notices).owe(tx, owner, kind, filenames));
}

const owed = async (): Promise<number> => {
  const rows = await database.query<{ count: string }>('SELECT count(*) FROM notices');
  return Number(rows[0]?.count);
};
const noneOwed = () => eventually(async () => ((await owed()) === 0 ? true : undefined), 'no notice that is owed');
const told = (count: number) =>
  broker.received(count, 20_000).then((messages) => messages.map(({ topic, payload }) => [topic, JSON.parse(payload)]));

describe('a notice', () => {
  it('tells the broker of the file, with QoS 1 and not retained', async () => {
    const app = await start();
    await save(app, 'configs', ['aa-bb-cc-dd-ee-01.json']);
    await save(app, 'assets', ['firmware.bin']);
    expect((await told(2)).sort()).toEqual([
      ['iotsupport/updates/assets', { filename: 'firmware.bin' }],
      ['iotsupport/updates/configs', { filename: 'aa-bb-cc-dd-ee-01.json' }],
    ]);
    expect(broker.messages.map(({ qos, retain }) => [qos, retain])).toEqual([
      [1, false],
      [1, false],
    ]);
    await noneOwed();
  });

  it('goes to a topic of its own for any tenant but the default one, under the prefix that is set', async () => {
    const app = await start({ prefix: 'site/7' });
    const { tenantId } = await app.signUp();
    const [tenant] = await database.query<{ slug: string }>('SELECT slug FROM tenants WHERE id = $1', [tenantId]);
    await save(app, 'configs', ['aa-bb-cc-dd-ee-02.json'], { id: tenantId });
    expect(await told(1)).toEqual([
      [`site/7/${tenant?.slug ?? ''}/updates/configs`, { filename: 'aa-bb-cc-dd-ee-02.json' }],
    ]);
  });

  it('waits while the broker is away, and is then told once for a file that was saved often', async () => {
    const app = await start();
    await broker.goDown();
    for (let saves = 0; saves < 3; saves += 1) await save(app, 'configs', ['often.json', 'b.json']);
    expect(await owed()).toBe(2);
    await broker.goUp();
    const files = (await told(2)).map(([, body]) => (body as { filename: string }).filename);
    expect(files.sort()).toEqual(['b.json', 'often.json']);
    await noneOwed();
    expect(broker.messages).toHaveLength(2);
  }, 40_000);

  it('is not forgotten when nobody acknowledged it before the connection ended', async () => {
    const app = await start();
    broker.holdAcks();
    await save(app, 'assets', ['late.bin']);
    await told(1);
    expect(await owed()).toBe(1);
    broker.dropConnections();
    broker.releaseAcks();
    expect(await told(2)).toHaveLength(2);
    await noneOwed();
  }, 40_000);

  it('is sent again for a file that was saved while it was on its way', async () => {
    const app = await start();
    broker.holdAcks();
    await save(app, 'assets', ['twice.bin']);
    await told(1);
    await save(app, 'assets', ['twice.bin']);
    broker.releaseAcks();
    expect(await told(2)).toHaveLength(2);
    await noneOwed();
  });

  it('outlives the process that owes it', async () => {
    const api = await start({}, 'api');
    await save(api, 'configs', ['survivor.json']);
    await api.close();
    apps = [];
    expect([await owed(), broker.messages.length]).toEqual([1, 0]);
    await start();
    expect(await told(1)).toEqual([['iotsupport/updates/configs', { filename: 'survivor.json' }]]);
    await noneOwed();
  });

  it('is not owed by a change that is rolled back, nor where no broker is named', async () => {
    const app = await start();
    const tenant = await app.app.get(AuthService).ensureDefaultTenant();
    const failing = app.app.get(Transactions).run(async (tx) => {
      await app.app.get(Notices).owe(tx, tenant, 'configs', ['never.json']);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const silent = await startTestApp({ database, settings: { mqtt: undefined } });
    apps.push(silent);
    await save(silent, 'configs', ['never.json']);
    expect(await owed()).toBe(0);
  });

  it('is counted under the names of document 003', async () => {
    const app = await start();
    await save(app, 'configs', ['counted.json']);
    await told(1);
    await noneOwed();
    const metrics = String((await app.http('GET', '/metrics')).body);
    expect(metrics).toContain('iot_mqtt_publish_total{topic="iotsupport/updates/configs",status="success"} 1');
    expect(metrics).toContain('iot_mqtt_enabled 1');
    expect(metrics).toContain('iot_mqtt_connection_state 1');
  });
});
