import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { journalRowOf } from '../../src/modules/devices/journal/journal-row.js';
import { SpoolDrain } from '../../src/modules/devices/journal/spool/spool-drain.js';
import { SpoolService } from '../../src/modules/devices/journal/spool/spool.service.js';
import { StatusSweeper } from '../../src/modules/devices/status/status-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { passTime, turnsIn } from '../support/passing-time.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui } from '../support/uplinks.js';

const minuteMs = 60_000;
/** A message is given this much longer to be stored, and the sweeper comes round. */
const moreMs = 20_000;

describe('a device that is late', () => {
  const clock = new FakeClock();
  let app: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    app = await startTestApp({ clock });
    world = await TenantWorld.create(app);
    await passTime(app, clock, 30_000);
  });
  afterAll(() => app.close());

  /** Tokens end while the clock runs on. */
  const afresh = async (): Promise<TenantWorld> => (world = await TenantWorld.create(app));
  beforeEach(afresh);
  const pass = (ms: number) => passTime(app, clock, ms);
  const stateOf = async (id: string) => {
    const [row] = await app.database.query<{ status: string; check_at: Date | null }>(
      'SELECT status, check_at FROM device_state WHERE device_id = $1',
      [id],
    );
    return row;
  };

  it('turns offline once, in an event that says why, and online again with its next message', async () => {
    const device = await world.aDevice({ expected_transmit_time: 1 });
    await world.post(device.dev_eui);
    await pass(minuteMs);
    expect(await stateOf(device.id)).toMatchObject({ status: 'online', check_at: expect.any(Date) });
    const { last_seen_at } = await world.get(`/api/v1/devices/${device.id}`);
    await pass(moreMs + minuteMs);
    expect(await stateOf(device.id)).toEqual({ status: 'offline', check_at: null });
    await world.post(device.dev_eui);
    const [seen, late, back, ...more] = await turnsIn(app.database, [device.id]);
    expect(more).toEqual([]);
    expect(seen).toMatchObject({ from: 'never_seen', to: 'online', reason: 'message' });
    expect(late).toMatchObject({ from: 'online', to: 'offline', reason: 'late' });
    expect(late).toMatchObject({ last_seen_at, expected_transmit_time: 1 });
    expect(back).toMatchObject({ from: 'offline', to: 'online', reason: 'message' });
    await pass(2 * minuteMs);
    expect(await turnsIn(app.database, [device.id])).toHaveLength(4);
  });

  it('stays online as long as messages come, without any of them moving when it is looked at', async () => {
    const device = await world.aDevice({ expected_transmit_time: 1 });
    await world.post(device.dev_eui);
    for (let sent = 0; sent < 4; sent += 1) {
      await pass(40_000);
      const before = await stateOf(device.id);
      await world.post(device.dev_eui);
      expect(await stateOf(device.id)).toEqual(before);
    }
    expect(await turnsIn(app.database, [device.id])).toHaveLength(1);
  });

  it('is not late when nothing is expected of it, in maintenance, or before its first message', async () => {
    const free = await world.aDevice();
    const held = await world.aDevice({ expected_transmit_time: 1 });
    const unseen = await world.aDevice({ expected_transmit_time: 1 });
    await world.post(free.dev_eui);
    await world.post(held.dev_eui);
    await app.http('PUT', `/api/v1/devices/${held.id}`, { token: world.token, body: { status: 'maintenance' } });
    await pass(2 * minuteMs);
    expect((await Promise.all([free, held, unseen].map(({ id }) => stateOf(id)))).map((row) => row?.status)).toEqual([
      'online',
      'maintenance',
      'never_seen',
    ]);
  });

  it('runs the flows whose triggers take status changes', async () => {
    const device = await world.aDevice({ expected_transmit_time: 1 });
    const say = await world.aFunction('function process(msg) { return { is: msg.data.to, why: msg.data.reason }; }');
    const flow = await world.aFlow(
      [
        { id: 'device', type: 'device', entityId: device.id, events: ['status_change'] },
        { id: 'say', type: 'function', entityId: say.id },
      ],
      [['device', 'say']],
    );
    await world.post(device.dev_eui);
    await pass(minuteMs + moreMs);
    const runs = await eventually(async () => {
      const found = await world.get(`/api/v1/flows/${flow.id}/history`);
      return found.length === 2 ? found : undefined;
    }, 'a run for each turn');
    const detail = await world.get(`/api/v1/flows/${flow.id}/history/${String(runs[0].id)}`);
    expect(detail.steps.at(-1).output).toEqual({ is: 'offline', why: 'late' });
  });

  it('turns once however many sweepers there are, and while messages and edits come in', async () => {
    const other = await startTestApp({ clock, database: app.database });
    try {
      const ids = await aFleet(app, world.tenantId, 1_200, clock);
      const sweepers = [app, other].map((server) => server.app.get(StatusSweeper, { strict: false }));
      const speaks = await world.aDevice({ expected_transmit_time: 1 });
      await Promise.all([
        ...sweepers.flatMap((sweeper) => [sweeper.sweep(), sweeper.sweep()]),
        ...Array.from({ length: 20 }, () => world.post(speaks.dev_eui)),
      ]);
      await sweepers[0]?.sweep();
      const turns = await turnsIn(app.database, ids);
      expect(turns).toHaveLength(ids.length);
      expect(new Set(turns.map(({ device_id }) => device_id)).size).toBe(ids.length);
    } finally {
      await other.close();
    }
  });

  it('is left for the next time while somebody holds its row, and nobody else is', async () => {
    const [held, free] = (await aFleet(app, world.tenantId, 2, clock)) as [string, string];
    const holder = new pg.Client({ connectionString: app.database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM device_state WHERE device_id = $1 FOR UPDATE', [held]);
      await app.app.get(Maintenance, { strict: false }).runNow('device-status');
      expect([(await stateOf(held))?.status, (await stateOf(free))?.status]).toEqual(['online', 'offline']);
    } finally {
      await holder.end();
    }
    await app.app.get(Maintenance, { strict: false }).runNow('device-status');
    expect((await stateOf(held))?.status).toBe('offline');
  });

  it('is not judged while spooled messages wait: one of them may be its own', async () => {
    const device = await world.aDevice({ expected_transmit_time: 1 });
    await world.post(device.dev_eui);
    await pass(50_000);
    const drain = app.app.get(SpoolDrain, { strict: false });
    await drain.run();
    await app.app.get(SpoolService, { strict: false }).append(
      journalRowOf({
        tenantId: world.tenantId,
        source: 'chirpstack',
        devEui: device.dev_eui,
        event: 'up',
        timeMs: clock.nowMs(),
        receivedAtMs: clock.nowMs(),
        fCnt: 1,
        fPort: 1,
        deduplicationId: null,
        body: Buffer.from('{}'),
        error: null,
      }),
    );
    await pass(30_000);
    expect((await stateOf(device.id))?.status).toBe('online');
    await drain.run();
    await pass(20_000);
    expect(await turnsIn(app.database, [device.id])).toHaveLength(1);
    await pass(minuteMs);
    expect((await stateOf(device.id))?.status).toBe('offline');
  });

  it('has its interval again after a time in which this server stood still', async () => {
    const device = await world.aDevice({ expected_transmit_time: 1 });
    await world.post(device.dev_eui);
    clock.advance(3_600_000);
    await pass(55_000);
    expect((await stateOf(device.id))?.status).toBe('online');
    await pass(30_000);
    expect((await stateOf(device.id))?.status).toBe('offline');
  });
});

/** Devices that were seen long ago, and are late now. */
async function aFleet(app: TestApp, tenantId: string, count: number, clock: FakeClock): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId(clock.nowMs()));
  await app.database.query(
    `INSERT INTO devices (id, tenant_id, name, dev_eui, expected_transmit_time)
     SELECT id, $2, 'one of a fleet', dev_eui, 1 FROM unnest($1::uuid[], $3::text[]) AS given (id, dev_eui)`,
    [ids, tenantId, ids.map(() => aDevEui())],
  );
  const longAgo = new Date(clock.nowMs() - minuteMs - moreMs);
  await app.database.query('DELETE FROM intake_outages');
  await app.database.query(
    `INSERT INTO device_state (device_id, tenant_id, status, last_seen_at, check_at)
     SELECT id, $2, 'online', $3, $3 FROM unnest($1::uuid[]) AS id`,
    [ids, tenantId, longAgo],
  );
  return ids;
}
