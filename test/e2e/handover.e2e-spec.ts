import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DatabaseSilent } from '../../src/core/database/database-away.js';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';
import { anUplink } from '../support/uplinks.js';

const slots = 4;

describe('a message in a process that also works', () => {
  let app: TestApp;
  let world: TenantWorld;
  let device: { id: string; dev_eui: string };

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'all', workerSlots: slots } });
    world = await TenantWorld.create(app);
    device = await world.aDevice();
    // It turns online, which is an event of its own.
    await send(19);
    await untilDone();
  });
  afterAll(() => app.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const send = (temperature: number, from = device) =>
    app.http('POST', '/api/v1/ingest/chirpstack?event=up', {
      apiKey: world.ingestKey,
      body: anUplink(from.dev_eui, { time: new Date(Date.now()).toISOString(), object: { temperature } }),
    });
  const untilDone = () =>
    eventually(
      async () => ((await app.database.query('SELECT id FROM jobs')).length === 0 ? true : undefined),
      'no job',
    );
  const latest = async () => (await world.get(`/api/v1/devices/${device.id}`)).latest;

  it('goes on at once from memory: its job is inserted leased, and it is not read again', async () => {
    const pool = app.app.get(HotPool);
    const original = pool.named.bind(pool);
    const leases: unknown[] = [];
    const named = jest.spyOn(pool, 'named').mockImplementation(async (name, text, values, deadlineMs) => {
      if (name.startsWith('runs-complete')) {
        leases.push(...(await app.database.query('SELECT lease_token IS NOT NULL AS held FROM jobs')));
      }
      return original(name, text, values, deadlineMs);
    });
    expect((await send(20)).status).toBe(202);
    await untilDone();
    expect(leases).toEqual([{ held: true }]);
    expect(named.mock.calls.map(([name]) => name)).not.toContain('events-read');
    expect(await latest()).toEqual({ temperature: 20 });
  });

  it('waits for whoever has a slot when this one is full', async () => {
    const another = await world.aDevice();
    const answers = await Promise.all(Array.from({ length: 10 * slots }, (_, n) => send(n, another)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    await untilDone();
    const stored = await app.database.query(`SELECT id FROM device_events WHERE device_id = $1 AND event = 'up'`, [
      another.id,
    ]);
    expect(stored).toHaveLength(10 * slots);
  });

  it('is not held here when nobody knows whether it was stored', async () => {
    const pool = app.app.get(HotPool);
    const original = pool.named.bind(pool);
    let isCut = true;
    jest
      .spyOn(pool, 'named')
      .mockImplementation((name, text, values, deadlineMs) =>
        isCut && name === 'journal-append'
          ? Promise.reject(new DatabaseSilent(1))
          : original(name, text, values, deadlineMs),
      );
    const answer = await send(30);
    isCut = false;
    expect(answer.body).toMatchObject({ spooled: true });
    await eventually(async () => {
      const found = await app.database.query('SELECT id FROM device_events WHERE id = $1', [answer.body.event_id]);
      return found.length === 1 ? true : undefined;
    }, 'the message, drained from the spool');
    await untilDone();
    expect(await latest()).toEqual({ temperature: 30 });
  });
});
