import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../src/core/crypto/secret-box.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { turnsIn } from '../support/passing-time.js';
import { aDevEui } from '../support/uplinks.js';

/** What the API says of devices and labels, as far as these tests read it; of an error, its problem. */
interface Said extends Record<string, unknown> {
  id: string;
  name: string;
  status: string;
  app_key: string | null;
  label_ids: string[];
  metadata: object;
  location: object | null;
  code: string;
  detail: string;
  errors?: { path: string; message: string }[];
}
type Answer<T> = Omit<TestAnswer, 'body'> & { body: T };

/** Rows as these tests read them, past the API. */
interface Stored extends Record<string, unknown> {
  app_key_sealed: string | null;
  check_at: Date | null;
}

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const clock = new FakeClock();
let server: TestApp;
let token: string;

beforeAll(async () => {
  server = await startTestApp({ clock });
  ({ token } = await server.signUp());
});
afterAll(() => server.close());

const url = '/api/v1/devices';
const ask = async (method: string, path: string, body?: unknown, as = token): Promise<Answer<Said>> => {
  const answer = await server.http(method, path, { token: as, ...(body === undefined ? {} : { body }) });
  return { ...answer, body: answer.body as Said };
};
const askList = async (path: string, as = token): Promise<Answer<Said[]>> => {
  const answer = await server.http('GET', path, { token: as });
  return { ...answer, body: answer.body as Said[] };
};
const aDevice = async (given: object = {}, as = token): Promise<Said> =>
  (await ask('POST', url, { name: 'a device', ...given }, as)).body;
let made = 0;
const aLabel = async (as = token): Promise<string> =>
  (await ask('POST', '/api/v1/labels', { name: `label ${(1_000 + (made += 1)).toString()}` }, as)).body.id;
const seen = (id: string, minutesAgo: number, latest = '{}'): Promise<unknown> =>
  server.database.query(
    `UPDATE device_state SET status = 'online', last_seen_at = now() - $2 * interval '1 minute', latest = $3 WHERE device_id = $1`,
    [id, minutesAgo, latest],
  );
const checkAtOf = async (id: string): Promise<Date | null> => {
  const [row] = await server.database.query<Stored>('SELECT * FROM device_state WHERE device_id = $1', [id]);
  return row?.check_at ?? null;
};

describe('PUT /devices/:id', () => {
  it('leaves absent fields alone and clears with null', async () => {
    const label = await aLabel();
    const device = await aDevice({ serial: 'clear me', site: 's', metadata: { a: 1 }, label_ids: [label] });
    const renamed = (await ask('PUT', `${url}/${device.id}`, { name: 'renamed' })).body;
    expect(renamed).toEqual({ ...device, name: 'renamed', updated_at: expect.any(String) });
    const cleared = await ask('PUT', `${url}/${device.id}`, {
      serial: null,
      site: null,
      metadata: null,
      label_ids: null,
    });
    expect(cleared.body).toMatchObject({ name: 'renamed', serial: null, site: null, metadata: {}, label_ids: [] });
  });

  it('takes back what GET gave, and changes nothing', async () => {
    const label = await aLabel();
    const { id } = await aDevice({
      dev_eui: aDevEui(),
      app_key: '2b7e151628aed2a6abf7158809cf4f3c',
      label_ids: [label],
      metadata: { a: { b: [] } },
      location: { latitude: 1, longitude: 2, altitude: 3, source: 'gps' },
    });
    await seen(id, 1, '{"nested":[{"a":[1]},1763600000000,7]}');
    const read = (await ask('GET', `${url}/${id}`)).body;
    const before = await server.database.query('SELECT * FROM devices WHERE id = $1', [id]);
    const answer = await ask('PUT', `${url}/${id}`, read);
    expect(answer.body).toEqual(read);
    expect(await server.database.query('SELECT * FROM devices WHERE id = $1', [id])).toEqual(before);
  });

  it('takes back what GET gave although messages came in between', async () => {
    const { id } = await aDevice();
    await seen(id, 5, '{"t":[1,1763600000000,1]}');
    const read = (await ask('GET', `${url}/${id}`)).body;
    await seen(id, 1, '{"t":[2,1763600001000,2]}');
    const answer = await ask('PUT', `${url}/${id}`, { ...read, site: 'moved' });
    expect(answer.body).toMatchObject({ site: 'moved', latest: { t: 2 } });
  });

  it('gives the same answer to the second identical request', async () => {
    const { id } = await aDevice();
    const edit = { name: 'twice', serial: `serial of ${id}`, metadata: { a: 1 } };
    const first = await ask('PUT', `${url}/${id}`, edit);
    expect(await ask('PUT', `${url}/${id}`, edit)).toMatchObject({ status: 200, body: first.body });
  });

  it('keeps the application key for the mask, replaces and clears it', async () => {
    const { id } = await aDevice({ app_key: '2b7e151628aed2a6abf7158809cf4f3c' });
    const open = async (): Promise<string | null> => {
      const [row] = await server.database.query<Stored>('SELECT app_key_sealed FROM devices WHERE id = $1', [id]);
      const sealed = row?.app_key_sealed ?? null;
      return sealed === null ? null : server.app.get(SecretBox).open(sealed, `device:${id}:app_key`);
    };
    expect((await ask('PUT', `${url}/${id}`, { app_key: '********' })).body.app_key).toBe('********');
    expect(await open()).toBe('2b7e151628aed2a6abf7158809cf4f3c');
    await ask('PUT', `${url}/${id}`, { app_key: '00000000000000000000000000000001' });
    expect(await open()).toBe('00000000000000000000000000000001');
    expect((await ask('PUT', `${url}/${id}`, { app_key: null })).body.app_key).toBeNull();
    expect(await open()).toBeNull();
  });

  it('refuses an identity that another device has, and changes nothing', async () => {
    const dev_eui = aDevEui();
    await aDevice({ dev_eui });
    const device = await aDevice();
    const label = await aLabel();
    const answer = await ask('PUT', `${url}/${device.id}`, { dev_eui, label_ids: [label] });
    expect([answer.status, answer.body.code]).toEqual([409, 'device.dev_eui_taken']);
    expect((await ask('GET', `${url}/${device.id}`)).body).toEqual(device);
  });

  it.each([
    ['id', { id: nobodysId }],
    ['created_at', { created_at: '2020-01-01T00:00:00Z' }],
    ['last_seen_at', { last_seen_at: '2100-01-01T00:00:00Z' }],
    ['latest', { latest: { t: 1 } }],
    ['name', { name: null }],
    ['status', { status: null }],
    ['label_ids.0', { label_ids: [nobodysId] }],
    ['firmware', { firmware: '1.0' }],
  ])('refuses to set %s: %j', async (path, body) => {
    const answer = await ask('PUT', `${url}/${(await aDevice()).id}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.path).toBe(path);
  });
});

describe('the status of a device', () => {
  it('is people’s for maintenance, and the clock’s when they let go', async () => {
    const { id } = await aDevice({ expected_transmit_time: 10 });
    const put = async (body: object): Promise<string> => (await ask('PUT', `${url}/${id}`, body)).body.status;
    expect(await put({ status: 'maintenance' })).toBe('maintenance');
    expect(await checkAtOf(id)).toBeNull();
    expect(await put({ name: 'still held' })).toBe('maintenance');
    expect(await put({ status: 'online' })).toBe('never_seen');
    await seen(id, 5);
    await put({ status: 'maintenance' });
    expect(await put({ status: 'never_seen' })).toBe('online');
    await seen(id, 11);
    await put({ status: 'maintenance' });
    expect(await put({ status: 'online' })).toBe('offline');
  });

  it('is not set by saying another than the stored one', async () => {
    const { id } = await aDevice();
    expect((await ask('PUT', `${url}/${id}`, { status: 'offline' })).body.status).toBe('never_seen');
  });

  it('is checked when a device that is expected would be late', async () => {
    const { id } = await aDevice({ expected_transmit_time: 10 });
    expect(await checkAtOf(id)).toBeNull();
    await seen(id, 0);
    const inMinutes = async (): Promise<number> => (((await checkAtOf(id))?.getTime() ?? 0) - clock.nowMs()) / 60_000;
    await ask('PUT', `${url}/${id}`, { expected_transmit_time: 60 });
    expect(await inMinutes()).toBeCloseTo(60, 0);
    await ask('PUT', `${url}/${id}`, { expected_transmit_time: null });
    expect(await checkAtOf(id)).toBeNull();
  });

  it('tells every turn that an edit makes, and why, in an event of the device', async () => {
    const { id } = await aDevice({ expected_transmit_time: 60 });
    await seen(id, 30);
    await ask('PUT', `${url}/${id}`, { status: 'maintenance' });
    await ask('PUT', `${url}/${id}`, { status: 'maintenance', name: 'still held' });
    await ask('PUT', `${url}/${id}`, { status: 'online' });
    await ask('PUT', `${url}/${id}`, { expected_transmit_time: 20 });
    await ask('PUT', `${url}/${id}`, { expected_transmit_time: 25 });
    await ask('PATCH', `${url}/${id}`, { expected_transmit_time: 120 });
    expect(await turnsIn(server.database, [id])).toEqual([
      { device_id: id, from: 'online', to: 'maintenance', reason: 'maintenance' },
      { device_id: id, from: 'maintenance', to: 'online', reason: 'maintenance' },
      { device_id: id, from: 'online', to: 'offline', reason: 'interval' },
      { device_id: id, from: 'offline', to: 'online', reason: 'interval' },
    ]);
  });

  it('turns nothing, and tells nothing, when the edit is refused', async () => {
    const taken = await aDevice({ serial: 'taken' });
    const { id } = await aDevice();
    const { serial } = taken as { serial?: unknown };
    expect((await ask('PUT', `${url}/${id}`, { status: 'maintenance', serial })).status).toBe(409);
    expect((await ask('GET', `${url}/${id}`)).body.status).toBe('never_seen');
    expect(await turnsIn(server.database, [id])).toEqual([]);
  });
});

describe('PATCH /devices/:id', () => {
  const patch = async (id: string, body: object): Promise<Answer<Said>> =>
    server.http('PATCH', `${url}/${id}`, { token, body, headers: { 'content-type': 'application/merge-patch+json' } });

  it('merges metadata and location, key by key', async () => {
    const { id } = await aDevice({
      metadata: { a: 1, b: { c: 2, d: 3 } },
      location: { latitude: 1, longitude: 2, altitude: 3 },
    });
    const answer = await patch(id, { metadata: { a: null, b: { c: 4 } }, location: { altitude: null, source: 'gps' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      metadata: { b: { c: 4, d: 3 } },
      location: { latitude: 1, longitude: 2, altitude: null, source: 'gps' },
    });
    expect(answer.body.metadata).not.toHaveProperty('a');
    expect((await patch(id, { location: null })).body.location).toBeNull();
  });

  it('loses no key of two simultaneous patches', async () => {
    const { id } = await aDevice();
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => patch(id, { metadata: { [key]: 1 } })));
    expect((await ask('GET', `${url}/${id}`)).body.metadata).toEqual({ a: 1, b: 1, c: 1, d: 1 });
  });

  it('refuses half a location and more than 16 KiB of metadata in all', async () => {
    const { id } = await aDevice({ metadata: { a: 'x'.repeat(10_000) } });
    expect((await patch(id, { location: { latitude: 1 } })).body.errors).toMatchObject([
      { path: 'location.longitude' },
    ]);
    expect((await patch(id, { metadata: { b: 'x'.repeat(10_000) } })).body.errors).toMatchObject([
      { path: 'metadata' },
    ]);
  });
});

describe('DELETE /devices/:id', () => {
  it('retires the device and leaves a tombstone', async () => {
    const device = await aDevice({ label_ids: [await aLabel()] });
    expect((await ask('DELETE', `${url}/${device.id}`)).status).toBe(204);
    expect((await ask('DELETE', `${url}/${device.id}`)).status).toBe(404);
    expect((await ask('PUT', `${url}/${device.id}`, { name: 'x' })).status).toBe(404);
    const [row] = await server.database.query<Stored>(
      `SELECT deleted_at, (SELECT count(*)::int FROM device_labels WHERE device_id = d.id) AS labels,
         (SELECT count(*)::int FROM device_state WHERE device_id = d.id) AS states FROM devices d WHERE id = $1`,
      [device.id],
    );
    expect(row).toEqual({ deleted_at: expect.any(Date), labels: 0, states: 0 });
  });
});

describe('/devices/:id/labels', () => {
  it('takes a bare array or an object, and answers the labels by name', async () => {
    const [first, second] = [await aLabel(), await aLabel()];
    const { id } = await aDevice();
    const names = async (body: unknown): Promise<string[]> => {
      const answer = await server.http('PUT', `${url}/${id}/labels`, { token, body });
      return (answer.body as Said[]).map((label) => label.id);
    };
    expect(await names([second, first])).toEqual([first, second]);
    expect(await names({ label_ids: [second] })).toEqual([second]);
    expect(await names({ labelsId: [first, first] })).toEqual([first]);
    expect((await askList(`${url}/${id}/labels`)).body).toMatchObject([
      { id: first, name: expect.any(String), color: null },
    ]);
    expect(await names([])).toEqual([]);
  });

  it.each([
    ['label_ids.1', (mine: string) => [mine, nobodysId]],
    ['label_ids.0', () => ['x']],
    ['label_ids.0', () => [null]],
    ['label_ids', () => ({})],
    ['label_ids', () => ({ label_ids: null })],
    ['ids', () => ({ ids: [] })],
    ['', () => 'null'],
  ])('refuses a wrong %s and leaves the labels as they are', async (path, body) => {
    const mine = await aLabel();
    const { id } = await aDevice({ label_ids: [mine] });
    const answer = await ask('PUT', `${url}/${id}/labels`, body(await aLabel()));
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.path ?? '').toBe(path);
    expect((await ask('GET', `${url}/${id}`)).body.label_ids).toEqual([mine]);
  });

  it('survives that labels come and go at the same time', async () => {
    const labels = await Promise.all([1, 2, 3, 4].map(() => aLabel()));
    const devices = await Promise.all([1, 2, 3, 4].map(() => aDevice()));
    const answers = await Promise.all([
      ...devices.map((device, index) =>
        ask('PUT', `${url}/${device.id}/labels`, index % 2 ? labels : [...labels].reverse()),
      ),
      ...labels.slice(0, 2).map((label) => ask('DELETE', `/api/v1/labels/${label}`)),
    ]);
    expect(answers.every((answer) => [200, 204, 400].includes(answer.status))).toBe(true);
    const [row] = await server.database.query<Stored>(
      `SELECT count(*)::int AS left_over FROM device_labels w JOIN labels l ON l.id = w.label_id WHERE l.deleted_at IS NOT NULL`,
    );
    expect(row?.['left_over']).toBe(0);
  });
});
