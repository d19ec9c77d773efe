import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';

const time = '2026-11-20T10:00:00.000Z';

describe('sensors', () => {
  let app: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    app = await startTestApp();
  });
  beforeEach(async () => {
    world = await TenantWorld.create(app);
  });
  afterAll(() => app.close());

  const say = async (device: Body, object: object): Promise<void> => {
    const { event_id } = await world.post(device.dev_eui, { time, deduplicationId: randomUUID(), object });
    await eventually(async () => {
      const jobs = await app.database.query('SELECT FROM jobs WHERE id = $1', [event_id]);
      return jobs.length === 0 ? true : undefined;
    }, 'the end of the event');
  };
  const sensors = (query = ''): Promise<Body> => world.get(`/api/v1/sensors${query}`);
  const latest = (query = ''): Promise<Body> => world.get(`/api/v1/sensors/latest${query}`);

  it('are the readings of devices, with the names and units of their profiles', async () => {
    const measurements = [{ key: 'air.t', name: 'Air temperature', unit: '°C' }];
    const body = { name: 'EM300-TH', measurements };
    const { body: profile } = await app.http('POST', '/api/v1/device-profiles', { token: world.token, body });
    const room = await world.aDevice({ name: 'Room 12', profile_id: profile.id });
    await world.aDevice({ name: 'Never heard of' });
    await say(room, { air: { t: 21.5 }, open: true, text: 'ok' });
    const of = { device_id: room.id, device_name: 'Room 12' };
    expect(await sensors()).toEqual([
      { name: 'Room 12.air.t', ...of, key: 'air.t', label: 'Air temperature', unit: '°C' },
      { name: 'Room 12.open', ...of, key: 'open', label: null, unit: null },
      { name: 'Room 12.text', ...of, key: 'text', label: null, unit: null },
    ]);
    expect(await latest()).toEqual({
      'Room 12.air.t': { value: 21.5, unit: '°C', timestamp: time, device_id: room.id },
      'Room 12.open': { value: true, unit: null, timestamp: time, device_id: room.id },
      'Room 12.text': { value: 'ok', unit: null, timestamp: time, device_id: room.id },
    });
  });

  it('are told from those of another device of the same name', async () => {
    const [one, other] = [await world.aDevice({ name: 'Room' }), await world.aDevice({ name: 'Room' })];
    await say(one, { t: 1 });
    await say(other, { t: 2 });
    const found = await latest();
    expect([found[`Room (${one.dev_eui}).t`].value, found[`Room (${other.dev_eui}).t`].value]).toEqual([1, 2]);
  });

  it('are found by their device, key, profile and place, and come by pages of devices', async () => {
    const { body: place } = await app.http('POST', '/api/v1/places', { token: world.token, body: { name: 'Delft' } });
    const first = await world.aDevice({ name: 'a', place_id: place.id });
    const second = await world.aDevice({ name: 'b' });
    await say(first, { t: 1, h: 2 });
    await say(second, { t: 3 });
    const names = async (query: string) => (await sensors(query)).map(({ name }: Body) => name);
    expect(await names('')).toEqual(['a.h', 'a.t', 'b.t']);
    expect(await names('?key=t')).toEqual(['a.t', 'b.t']);
    expect(await names(`?device_id=${second.id}`)).toEqual(['b.t']);
    expect(await names(`?place_id=${place.id}`)).toEqual(['a.h', 'a.t']);
    expect(await names('?name=A')).toEqual(['a.h', 'a.t']);
    expect(await names(`?profile_id=${randomUUID()}`)).toEqual([]);
    const page = await app.http('GET', '/api/v1/sensors?limit=2', { token: world.token });
    expect(page.body.map(({ name }: Body) => name)).toEqual(['a.h', 'a.t']);
    expect([page.headers['x-total-count'], page.headers.link]).toEqual(['3', expect.stringContaining('skip=2')]);
    expect(await names('?skip=2&limit=2')).toEqual(['b.t']);
    expect(Object.keys(await latest('?skip=1&limit=1'))).toEqual(['a.t']);
  });

  it('are found behind hundreds of devices', async () => {
    await app.database.query(
      `WITH made AS (
         INSERT INTO devices (id, tenant_id, name)
         SELECT gen_random_uuid(), $1, 'm' || n / 2 FROM generate_series(1, 1100) n RETURNING id
       ) INSERT INTO device_state (device_id, tenant_id, latest, latest_ms)
         SELECT id, $1, '{"t": [1, 1, null]}', 1 FROM made`,
      [world.tenantId],
    );
    const page = await app.http('GET', '/api/v1/sensors?skip=1000&limit=1000', { token: world.token });
    expect([page.body.length, page.headers['x-total-count']]).toEqual([100, '1100']);
    expect(Object.keys(await latest())).toHaveLength(1_000);
  });

  it('are nobody else’s, and refuse what they do not know', async () => {
    await say(await world.aDevice(), { t: 1 });
    const { token } = await app.signUp();
    const ask = (url: string, as = token) => app.http('GET', `/api/v1/sensors${url}`, { token: as });
    expect([(await ask('')).body, (await ask('/latest')).body]).toEqual([[], {}]);
    expect((await ask('?device_id=x')).status).toBe(400);
    expect((await ask('/latest?colour=red')).status).toBe(400);
    expect((await app.http('GET', '/api/v1/sensors', {})).status).toBe(401);
  });
});
