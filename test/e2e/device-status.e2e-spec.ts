import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DatabaseSilent } from '../../src/core/database/database-away.js';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { timeOf } from '../../src/core/ids/uuid-v7.js';
import { journalRowOf } from '../../src/modules/devices/journal/journal-row.js';
import { JournalStore } from '../../src/modules/devices/journal/journal-store.js';
import type { DeviceEvent } from '../../src/modules/devices/journal/device-event.contract.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

let app: TestApp;
let world: TenantWorld;

beforeAll(async () => {
  app = await startTestApp({ settings: { role: 'api' } });
  world = await TenantWorld.create(app);
});
afterAll(() => app.close());

const turnsOf = async (deviceId: string): Promise<Body[]> =>
  (await world.get(`/api/v1/devices/${deviceId}/history?event=status_change`)).map((entry: Body) => entry.data);
const statusOf = async (deviceId: string): Promise<string> => (await world.get(`/api/v1/devices/${deviceId}`)).status;
const turnBack = (deviceId: string) =>
  app.database.query(`UPDATE device_state SET status = 'offline', check_at = NULL WHERE device_id = $1`, [deviceId]);

describe('a message', () => {
  it('turns a device online that was never seen, once, in an event with a job of its own', async () => {
    const device = await world.aDevice();
    const { event_id } = await world.post(device.dev_eui);
    await world.post(device.dev_eui);
    expect(await statusOf(device.id)).toBe('online');
    const [turn, ...others] = await world.get(`/api/v1/devices/${device.id}/history?event=status_change`);
    expect(others).toEqual([]);
    expect(turn).toMatchObject({
      event: 'status_change',
      data: { from: 'never_seen', to: 'online', reason: 'message' },
      decoded: null,
    });
    expect(turn.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOf(turn.id)).toBe(timeOf(event_id));
    expect(await app.database.query('SELECT lane_id, kind FROM jobs WHERE id = $1', [turn.id])).toEqual([
      { lane_id: world.tenantId, kind: 'process-event' },
    ]);
  });

  it('turns a device online that was offline, and asks the sweeper to reckon when it would be late', async () => {
    const device = await world.aDevice({ expected_transmit_time: 10 });
    await world.post(device.dev_eui);
    await turnBack(device.id);
    await world.post(device.dev_eui);
    expect(await turnsOf(device.id)).toEqual([
      { from: 'offline', to: 'online', reason: 'message' },
      { from: 'never_seen', to: 'online', reason: 'message' },
    ]);
    const state = 'SELECT check_at, last_seen_at FROM device_state WHERE device_id = $1';
    const [turned] = await app.database.query<{ check_at: Date; last_seen_at: Date }>(state, [device.id]);
    expect(turned?.check_at).toEqual(turned?.last_seen_at);
    await world.post(device.dev_eui);
    const [later] = await app.database.query<{ check_at: Date }>(state, [device.id]);
    expect(later?.check_at).toEqual(turned?.check_at);
  });

  it('leaves a device in maintenance where it is, and only notes that it was seen', async () => {
    const device = await world.aDevice({ status: 'maintenance' });
    await world.post(device.dev_eui);
    expect(await world.get(`/api/v1/devices/${device.id}`)).toMatchObject({
      status: 'maintenance',
      last_seen_at: expect.any(String),
    });
    expect(await turnsOf(device.id)).toEqual([]);
  });

  it('turns a device once where several arrive at the same time, in one statement or in many', async () => {
    const device = await world.aDevice();
    await Promise.all(Array.from({ length: 20 }, () => world.post(device.dev_eui)));
    expect(await turnsOf(device.id)).toHaveLength(1);
    await turnBack(device.id);
    const store = app.app.get(JournalStore, { strict: false });
    await Promise.all(Array.from({ length: 8 }, () => store.store([aMessage(device), aMessage(device)], 5_000)));
    expect(await turnsOf(device.id)).toHaveLength(2);
  });

  it('turns its device when it comes again, for what was between its commit and the turn nobody knows', async () => {
    const device = await world.aDevice();
    const store = app.app.get(JournalStore, { strict: false });
    const pool = app.app.get(HotPool);
    const named = pool.named.bind(pool);
    const spy = jest
      .spyOn(pool, 'named')
      .mockImplementation((name, ...rest) =>
        name === 'heartbeats' ? Promise.reject(new DatabaseSilent(1)) : named(name, ...rest),
      );
    const message = aMessage(device);
    await expect(store.store([message], 5_000)).rejects.toThrow(DatabaseSilent);
    spy.mockRestore();
    expect(await statusOf(device.id)).toBe('never_seen');
    expect(await store.store([message], 5_000)).toMatchObject([{ eventId: message.id, duplicate: false }]);
    expect(await statusOf(device.id)).toBe('online');
    const [turn, ...others] = await world.get(`/api/v1/devices/${device.id}/history?event=status_change`);
    expect(others).toEqual([]);
    expect(timeOf(turn.id)).toBe(timeOf(message.id));
  });

  it('is not parked when its device is registered in the very moment', async () => {
    const devEui = '00000000000B0B0B';
    const pool = app.app.get(HotPool);
    const named = pool.named.bind(pool);
    const ways: string[] = [];
    const spy = jest.spyOn(pool, 'named').mockImplementation(async (name, ...rest) => {
      ways.push(name);
      if (name === 'journal-park') await world.aDevice({ dev_eui: devEui });
      return named(name, ...rest);
    });
    const receipts = await app.app.get(JournalStore, { strict: false }).store([aMessage({ dev_eui: devEui })], 5_000);
    spy.mockRestore();
    expect(ways.filter((name) => name.startsWith('journal'))).toEqual([
      'journal-append',
      'journal-park',
      'journal-append',
    ]);
    expect(receipts).toMatchObject([{ parked: false, duplicate: false }]);
    const parked = 'SELECT id FROM parked_messages WHERE tenant_id = $1 AND dev_eui = $2';
    expect(await app.database.query(parked, [world.tenantId, devEui])).toEqual([]);
  });

  it('turns nothing when it is a duplicate', async () => {
    const device = await world.aDevice();
    const message = { deduplicationId: 'one and the same' };
    await world.post(device.dev_eui, message);
    await turnBack(device.id);
    expect(await world.post(device.dev_eui, message)).toMatchObject({ duplicate: true });
    expect(await statusOf(device.id)).toBe('offline');
    expect(await turnsOf(device.id)).toHaveLength(1);
  });

  it('is found by the device’s id where its sender knows it, and by a DevEUI otherwise', async () => {
    const device = await world.aDevice({ dev_eui: null });
    const store = app.app.get(JournalStore, { strict: false });
    const [known, foreign] = [
      aMessage({ dev_eui: '' }, { deviceId: device.id, event: 'telemetry' }),
      aMessage({ dev_eui: '' }, { deviceId: device.id, event: 'telemetry', tenantId: (await app.signUp()).tenantId }),
    ];
    expect(await store.store([known, foreign], 5_000)).toMatchObject([
      { deviceId: device.id, parked: false },
      { deviceId: null, parked: true },
    ]);
    expect(await statusOf(device.id)).toBe('online');
  });
});

function aMessage(device: { dev_eui: string }, given: Partial<DeviceEvent> = {}) {
  return journalRowOf({
    tenantId: world.tenantId,
    source: 'chirpstack',
    devEui: device.dev_eui,
    event: 'up',
    timeMs: Date.now(),
    receivedAtMs: Date.now(),
    fCnt: 1,
    fPort: 1,
    deduplicationId: null,
    body: Buffer.from('{}'),
    error: null,
    ...given,
  });
}
