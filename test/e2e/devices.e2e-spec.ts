import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../src/core/crypto/secret-box.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
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
let stranger: string;

beforeAll(async () => {
  server = await startTestApp({ clock });
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
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
  (await ask('POST', '/api/v1/labels', { name: `label ${(made += 1)}` }, as)).body.id;
const seen = (id: string, minutesAgo: number, latest = '{}'): Promise<unknown> =>
  server.database.query(
    `UPDATE device_state SET status = 'online', last_seen_at = now() - $2 * interval '1 minute', latest = $3 WHERE device_id = $1`,
    [id, minutesAgo, latest],
  );

describe('POST /devices', () => {
  it('asks for a name only', async () => {
    const answer = await ask('POST', url, { name: 'Room 12' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      name: 'Room 12',
      dev_eui: null,
      mac: null,
      uuid: null,
      serial: null,
      app_eui: null,
      app_key: null,
      description: null,
      site: null,
      profile_id: null,
      profile: null,
      place_id: null,
      place: null,
      label_ids: [],
      expected_transmit_time: null,
      handshake_at: null,
      status: 'never_seen',
      last_seen_at: null,
      latest: {},
      metadata: {},
      location: null,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `${url}/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('keeps everything that can be said of a device, in one form', async () => {
    const first = await aLabel();
    const labels = [first, await aLabel()];
    const given = {
      name: 'Gréenhouse 🌱',
      dev_eui: '24e124136d151234',
      mac: 'A4:CF:12:6B:00:7E',
      uuid: 'pi-4.local',
      serial: 'SN 1',
      app_eui: '70b3d57ed0000001',
      app_key: '2B7E151628AED2A6ABF7158809CF4F3C',
      description: '',
      site: 'bay 12',
      expected_transmit_time: 30,
      metadata: { crop: 'tomato', rows: [1, 2, { deep: null }] },
      location: { latitude: 52.37, longitude: -4.89 },
    };
    const answer = await ask('POST', url, { ...given, label_ids: [...labels, first.toUpperCase()] });
    expect(answer.body).toMatchObject({
      ...given,
      dev_eui: '24E124136D151234',
      mac: 'a4-cf-12-6b-00-7e',
      app_eui: '70B3D57ED0000001',
      app_key: '********',
      location: { latitude: 52.37, longitude: -4.89, altitude: null, source: 'manual' },
      label_ids: labels,
    });
  });

  it('seals the application key for this one device', async () => {
    const appKey = '2B7E151628AED2A6ABF7158809CF4F3C';
    const { id } = await aDevice({ app_key: appKey });
    const [row] = await server.database.query<Stored>('SELECT * FROM devices WHERE id = $1', [id]);
    expect(JSON.stringify(row).toLowerCase()).not.toContain(appKey.toLowerCase());
    expect(server.app.get(SecretBox).open(row?.app_key_sealed ?? '', `device:${id}:app_key`)).toBe(
      appKey.toLowerCase(),
    );
  });

  it.each([
    ['dev_eui', '24E124136D15AAAA', '24e124136d15aaaa'],
    ['mac', 'a4:cf:12:6b:00:01', 'A4CF126B0001'],
    ['uuid', 'one', 'one'],
    ['serial', 'S-1', 'S-1'],
  ])('refuses a %s that another device has', async (field, first, second) => {
    const device = await aDevice({ [field]: first });
    const again = await ask('POST', url, { name: 'b', [field]: second });
    expect([again.status, again.body.code]).toEqual([409, `device.${field}_taken`]);
    expect((await ask('POST', url, { name: 'b', [field]: second }, stranger)).status).toBe(201);
    await ask('DELETE', `${url}/${device.id}`);
    expect((await ask('POST', url, { name: 'b', [field]: second })).status).toBe(201);
  });

  it('lets one of several simultaneous registrations through', async () => {
    const dev_eui = aDevEui();
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask('POST', url, { name: 'race', dev_eui })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
    expect((await askList(`${url}?dev_eui=${dev_eui}`)).body).toHaveLength(1);
  });

  it('names the labels that are not there, and makes no device then', async () => {
    const mine = await aLabel();
    const theirs = await aLabel(stranger);
    const dev_eui = aDevEui();
    const answer = await ask('POST', url, { name: 'x', dev_eui, label_ids: [mine, theirs, nobodysId] });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.path)).toEqual(['label_ids.1', 'label_ids.2']);
    expect((await askList(`${url}?dev_eui=${dev_eui}`)).body).toEqual([]);
  });

  it('reads labelsId as label_ids', async () => {
    const id = await aLabel();
    expect((await aDevice({ labelsId: [id] })).label_ids).toEqual([id]);
  });

  it.each([
    ['name', {}],
    ['name', { name: null }],
    ['name', { name: ' ' }],
    ['dev_eui', { name: 'd', dev_eui: '24e124136d15123' }],
    ['dev_eui', { name: 'd', dev_eui: 24 }],
    ['mac', { name: 'd', mac: 'a4:cf:12:6b:00' }],
    ['uuid', { name: 'd', uuid: 'a b' }],
    ['app_key', { name: 'd', app_key: '********' }],
    ['expected_transmit_time', { name: 'd', expected_transmit_time: 0 }],
    ['expected_transmit_time', { name: 'd', expected_transmit_time: 1441 }],
    ['expected_transmit_time', { name: 'd', expected_transmit_time: 1.5 }],
    ['status', { name: 'd', status: 'online' }],
    ['status', { name: 'd', status: 'broken' }],
    ['location.latitude', { name: 'd', location: { longitude: 1 } }],
    ['location.latitude', { name: 'd', location: { latitude: 91, longitude: 1 } }],
    ['location.floor', { name: 'd', location: { latitude: 1, longitude: 1, floor: 2 } }],
    ['metadata', { name: 'd', metadata: [] }],
    ['metadata', { name: 'd', metadata: { big: 'x'.repeat(16_400) } }],
    ['metadata.nul', { name: 'd', metadata: { nul: 'a\u0000' } }],
    ['label_ids', { name: 'd', label_ids: 'x' }],
    ['label_ids', { name: 'd', label_ids: ['x'] }],
    ['last_seen_at', { name: 'd', last_seen_at: null }],
    ['tenant_id', { name: 'd', tenant_id: nobodysId }],
    ['appEui', { name: 'd', appEui: '70b3d57ed0000001' }],
  ])('refuses a wrong %s: %j', async (path, body) => {
    const answer = await ask('POST', url, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'validation.failed',
      errors: expect.arrayContaining([expect.objectContaining({ path })]),
    });
  });

  it('refuses a number that no JSON can hold', async () => {
    expect((await ask('POST', url, '{"name":"d","metadata":{"n":1e200000}}')).status).toBe(400);
    expect(
      (await ask('POST', url, `{"name":"d","metadata":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)).status,
    ).toBe(400);
  });
});

describe('GET /devices', () => {
  it('filters, searches, sorts and pages', async () => {
    const { token: own } = await server.signUp();
    const label = await aLabel(own);
    const a = await aDevice({ name: 'Alpha', dev_eui: '00000000000000AA', serial: 'S-77' }, own);
    const b = await aDevice({ name: 'beta', mac: 'aa:bb:cc:00:00:01', label_ids: [label] }, own);
    const c = await aDevice({ name: 'Gamma_1', status: 'maintenance', label_ids: [label] }, own);
    await seen(a.id, 1);
    const names = async (query: string): Promise<string[]> =>
      (await askList(`${url}?${query}`, own)).body.map((device) => device.name);
    expect(await names('')).toEqual(['Gamma_1', 'beta', 'Alpha']);
    expect(await names('sort=created_at&skip=1&limit=1')).toEqual(['beta']);
    expect(await names('sort=-last_seen_at&limit=1')).toEqual(['Alpha']);
    expect(await names('name=A&sort=created_at')).toEqual(['Alpha', 'beta', 'Gamma_1']);
    expect(await names('name=_1')).toEqual(['Gamma_1']);
    expect(await names('q=s-77')).toEqual(['Alpha']);
    expect(await names('q=BB:cc')).toEqual(['beta']);
    expect(await names('q=00aa')).toEqual(['Alpha']);
    expect(await names('status=maintenance')).toEqual(['Gamma_1']);
    expect(await names(`label_id=${label}&sort=created_at`)).toEqual(['beta', 'Gamma_1']);
    expect(await names(`label_id=${label}&status=never_seen`)).toEqual(['beta']);
    expect(await names('dev_eui=00000000000000aa')).toEqual(['Alpha']);
    expect(await names(`label_id=${nobodysId}`)).toEqual([]);
    const page = await askList(`${url}?limit=2`, own);
    expect(page.headers['x-total-count']).toBe('3');
    expect(page.headers.link).toContain('skip=2');
    expect(page.body.map((device) => device.id)).toEqual([c.id, b.id]);
  });

  it('counts to 10,000 and says that there are more', async () => {
    const { token: own, tenantId } = await server.signUp();
    await server.database.query(
      `WITH made AS (INSERT INTO devices (id, tenant_id, name) SELECT gen_random_uuid(), $1, 'd' || n
         FROM generate_series(1, 10001) n RETURNING id)
       INSERT INTO device_state (device_id, tenant_id) SELECT id, $1 FROM made`,
      [tenantId],
    );
    const page = await askList(`${url}?limit=1`, own);
    expect([page.headers['x-total-count'], page.headers['x-total-count-capped']]).toEqual(['10000', 'true']);
  });

  it.each(['status=gone', 'sort=color', 'label_id=x', 'dev_eui=12', 'limit=0', 'fruit=apple'])(
    'refuses ?%s',
    async (query) => {
      expect((await ask('GET', `${url}?${query}`)).status).toBe(400);
    },
  );
});

describe('GET /devices/:id', () => {
  it('shows the last value of each key without the times that decide between them', async () => {
    const { id } = await aDevice();
    await seen(id, 1, '{"temperature":[21.5,1763600000000,7],"door":[null,1763600000000,null]}');
    const { body } = await ask('GET', `${url}/${id}`);
    expect(body).toMatchObject({ status: 'online', latest: { temperature: 21.5, door: null } });
  });

  it('knows none that is not there or not ours', async () => {
    const foreign = await aDevice({}, stranger);
    for (const id of [nobodysId, foreign.id]) {
      const answer = await ask('GET', `${url}/${id}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'device.not_found']);
    }
    expect((await ask('GET', `${url}/12`)).status).toBe(400);
  });
});

describe('every route of devices', () => {
  it('asks for a token, and shows nothing to another tenant', async () => {
    const { id } = await aDevice();
    expect((await server.http('GET', url)).status).toBe(401);
    expect((await server.http('POST', url, { body: { name: 'x' } })).status).toBe(401);
    const routes = [
      ['GET', ''],
      ['PUT', '', {}],
      ['PATCH', '', {}],
      ['DELETE', ''],
      ['GET', '/labels'],
      ['PUT', '/labels', []],
    ] as const;
    for (const [method, path, body] of routes) {
      expect((await ask(method, `${url}/${id}${path}`, body, stranger)).status).toBe(404);
    }
    expect((await askList(url, stranger)).body.some((device) => device.id === id)).toBe(false);
  });

  it('lets a key with the scope read look, and no more', async () => {
    const key = await ask('POST', '/api/v1/api-keys', { name: 'reader', scopes: ['read'] });
    const apiKey = String(key.body.key);
    expect((await server.http('GET', url, { apiKey })).status).toBe(200);
    expect((await server.http('POST', url, { apiKey, body: { name: 'x' } })).status).toBe(403);
  });
});
