import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StatusSweeper } from '../../src/modules/devices/status/status-sweeper.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { passTime } from '../support/passing-time.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const url = '/api/v1/device-profiles';
const devices = '/api/v1/devices';
const clock = new FakeClock();
let server: TestApp;
let token: string;
let stranger: string;

beforeAll(async () => {
  server = await startTestApp({ clock, settings: { role: 'api' } });
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => server.close());

const ask = (method: string, path: string, body?: unknown, as = token, headers = {}): Promise<TestAnswer> =>
  server.http(method, path, { token: as, headers, ...(body === undefined ? {} : { body }) });
const make = async (path: string, body: object, as = token): Promise<TestAnswer['body']> => {
  const answer = await ask('POST', path, body, as);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
let made = 0;
const aName = (): string => `profile ${(made += 1)}`;
const aProfile = (given: object = {}, as = token) => make(url, { name: aName(), ...given }, as);
const aDevice = (given: object = {}) => make(devices, { name: 'd', ...given });
const aCodec = () =>
  make('/api/v1/functions', { name: aName(), code: 'function decodeUplink() { return { data: {} }; }' });

describe('POST /device-profiles', () => {
  it('makes a profile with all that it can say', async () => {
    const codec = await aCodec();
    const label = await make('/api/v1/labels', { name: aName() });
    const place = await make('/api/v1/places', { name: aName() });
    const request = {
      name: aName(),
      description: 'temperature and humidity',
      expected_interval: 30,
      codec_function_id: codec.id,
      config_schema: { type: 'object', required: ['ssid'] },
      measurements: [
        { key: 'temperature', name: 'Air temperature', unit: '°C' },
        { key: 'door', name: 'Door', unit: null },
      ],
      defaults: { label_ids: [label.id], metadata: { vendor: 'x' }, place_id: place.id },
    };
    const answer = await ask('POST', url, request);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...request,
      id: expect.any(String),
      codec: null,
      device_count: 0,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const read = await ask('GET', `${url}/${answer.body.id}`);
    expect([read.body, read.headers['etag']]).toEqual([answer.body, answer.headers['etag']]);
    const again = await ask('PUT', `${url}/${answer.body.id}`, answer.body);
    expect(again.body).toEqual(answer.body);
    const found = await ask('GET', `${url}?codec_function_id=${codec.id}`);
    expect(found.body).toEqual([answer.body]);
  });

  it('refuses a name that is taken, in any case', async () => {
    const { name } = await aProfile();
    const answer = await ask('POST', url, { name: name.toUpperCase() });
    expect([answer.status, answer.body.code]).toEqual([409, 'device_profile.name_taken']);
  });

  it.each([
    ['name', { name: '' }],
    ['expected_interval', { expected_interval: 0 }],
    ['expected_interval', { expected_interval: 1441 }],
    ['config_schema', { config_schema: { type: 'objekt' } }],
    ['config_schema', { config_schema: 'object' }],
    ['measurements', { measurements: [1, 2].map(() => ({ key: 'a', name: 'A' })) }],
    ['measurements.0.key', { measurements: [{ name: 'A' }] }],
    ['codec_function_id', { codec_function_id: nobodysId }],
    ['defaults.label_ids.0', { defaults: { label_ids: [nobodysId] } }],
    ['defaults.place_id', { defaults: { place_id: nobodysId } }],
    ['defaults.color', { defaults: { color: 'red' } }],
    ['tenant_id', { tenant_id: nobodysId }],
  ])('refuses a wrong %s: %j', async (path, given) => {
    const answer = await ask('POST', url, { name: aName(), ...given });
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, path]);
  });

  it("refuses a function that decodes nothing, and another tenant's", async () => {
    const plain = await make('/api/v1/functions', { name: aName(), code: 'function process(m) { return m; }' });
    const code = 'function decodeUplink() { return { data: {} }; }';
    const foreign = await make('/api/v1/functions', { name: aName(), code }, stranger);
    for (const { id } of [plain, foreign]) {
      const answer = await ask('POST', url, { name: aName(), codec_function_id: id });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'codec_function_id']);
    }
  });
});

describe('PUT and PATCH /device-profiles/:id', () => {
  it('leave alone what is absent and clear what is null, in the defaults too', async () => {
    const label = await make('/api/v1/labels', { name: aName() });
    const profile = await aProfile({
      expected_interval: 5,
      config_schema: { type: 'object', minProperties: 1 },
      defaults: { label_ids: [label.id], metadata: { a: 1, b: 2 } },
    });
    const one = `${url}/${profile.id}`;
    expect((await ask('PUT', one, { description: 'x' })).body).toMatchObject({ expected_interval: 5, version: 2 });
    const patched = await ask('PATCH', one, {
      config_schema: { minProperties: null },
      defaults: { metadata: { b: null } },
    });
    expect(patched.body).toMatchObject({
      config_schema: { type: 'object' },
      defaults: { label_ids: [label.id], metadata: { a: 1 }, place_id: null },
    });
    expect((await ask('PATCH', one, { config_schema: { type: 'objekt' } })).status).toBe(400);
    const cleared = await ask('PUT', one, { expected_interval: null, config_schema: null, defaults: null });
    expect(cleared.body).toMatchObject({
      expected_interval: null,
      config_schema: null,
      defaults: { label_ids: [], metadata: {}, place_id: null },
    });
  });

  it('refuse an edit of another state, and count only real edits', async () => {
    const profile = await aProfile();
    const one = `${url}/${profile.id}`;
    const etag = { 'if-match': String((await ask('GET', one)).headers['etag']) };
    expect((await ask('PUT', one, { name: profile.name }, token, etag)).body.version).toBe(1);
    expect((await ask('PUT', one, { name: aName() }, token, etag)).body.version).toBe(2);
    expect((await ask('PUT', one, { name: aName() }, token, etag)).status).toBe(412);
    expect((await ask('PUT', `${url}/${nobodysId}`, { name: aName() })).status).toBe(404);
  });
});

describe('a device of a profile', () => {
  it('is given what the profile gives, where it says nothing itself', async () => {
    const [given, own] = [
      await make('/api/v1/labels', { name: aName() }),
      await make('/api/v1/labels', { name: aName() }),
    ];
    const place = await make('/api/v1/places', { name: aName() });
    const profile = await aProfile({
      defaults: { label_ids: [given.id], metadata: { vendor: 'x', model: 'y' }, place_id: place.id },
    });
    const plain = await aDevice({ profile_id: profile.id });
    expect(plain).toMatchObject({
      profile_id: profile.id,
      profile: { id: profile.id, name: profile.name },
      place_id: place.id,
      label_ids: [given.id],
      metadata: { vendor: 'x', model: 'y' },
    });
    const said = await aDevice({
      profile_id: profile.id,
      label_ids: [own.id],
      place_id: null,
      metadata: { model: 'z' },
    });
    expect(said).toMatchObject({ place_id: null, label_ids: [own.id], metadata: { vendor: 'x', model: 'z' } });
    const found = await ask('GET', `${devices}?profile_id=${profile.id}&sort=created_at`);
    expect(found.body.map(({ id }: { id: string }) => id)).toEqual([plain.id, said.id]);
    expect((await ask('GET', `${url}/${profile.id}`)).body.device_count).toBe(2);
    await ask('DELETE', `/api/v1/labels/${given.id}`);
    expect((await aDevice({ profile_id: profile.id })).label_ids).toEqual([]);
  });

  it('can change it and let it go, but not take one that is not there', async () => {
    const [first, second] = [await aProfile(), await aProfile()];
    const device = await aDevice({ profile_id: first.id });
    const one = `${devices}/${device.id}`;
    expect((await ask('PUT', one, device)).body).toEqual(device);
    expect((await ask('PUT', one, { ...device, profile_id: second.id })).body.profile.name).toBe(second.name);
    expect((await ask('PATCH', one, { profile_id: null })).body.profile).toBeNull();
    const foreign = await aProfile({}, stranger);
    for (const id of [nobodysId, foreign.id]) {
      const answer = await ask('PUT', one, { profile_id: id });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'profile_id']);
      expect((await ask('POST', devices, { name: 'd', profile_id: id })).status).toBe(400);
    }
  });

  it('is expected as its profile says, unless it says so itself', async () => {
    await passTime(server, clock, 30_000);
    const profile = await aProfile({ expected_interval: 10 });
    const [plain, own] = [
      await aDevice({ profile_id: profile.id }),
      await aDevice({ profile_id: profile.id, expected_transmit_time: 60 }),
    ];
    await server.database.query(
      `UPDATE device_state SET status = 'online', last_seen_at = $2, check_at = $2 WHERE device_id = ANY ($1)`,
      [[plain.id, own.id], clock.now()],
    );
    const minutesOf = async ({ id }: { id: string }): Promise<number | null> => {
      await server.app.get(StatusSweeper, { strict: false }).sweep();
      const [row] = await server.database.query<{ check_at: Date | null }>(
        'SELECT check_at FROM device_state WHERE device_id = $1',
        [id],
      );
      const at = row?.check_at ?? null;
      return at === null ? null : Math.round((at.getTime() - clock.nowMs()) / 60_000);
    };
    expect([await minutesOf(plain), await minutesOf(own)]).toEqual([10, 60]);
    await ask('PUT', `${url}/${profile.id}`, { expected_interval: 20 });
    expect([await minutesOf(plain), await minutesOf(own)]).toEqual([20, 60]);
    await ask('PUT', `${devices}/${own.id}`, { expected_transmit_time: null });
    expect(await minutesOf(own)).toBe(20);
    await ask('PUT', `${url}/${profile.id}`, { expected_interval: null });
    expect([await minutesOf(plain), await minutesOf(own)]).toEqual([null, null]);
  });
});

describe('DELETE /device-profiles/:id', () => {
  it('refuses while devices are of it, saying how many, and with force lets them go', async () => {
    const profile = await aProfile({ expected_interval: 10 });
    const device = await aDevice({ profile_id: profile.id });
    const refused = await ask('DELETE', `${url}/${profile.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'device_profile.in_use']);
    expect(refused.body.detail).toContain('1 device(s)');
    expect((await ask('DELETE', `${url}/${profile.id}?force=true`)).status).toBe(204);
    expect((await ask('GET', `${devices}/${device.id}`)).body).toMatchObject({ profile_id: null, profile: null });
    expect((await ask('GET', `${url}/${profile.id}`)).status).toBe(404);
    expect((await ask('DELETE', `${url}/${profile.id}`)).status).toBe(404);
    expect((await ask('POST', url, { name: profile.name })).status).toBe(201);
    expect((await ask('DELETE', `${url}/${nobodysId}?force=perhaps`)).status).toBe(400);
  });

  it('is what a codec must wait for', async () => {
    const codec = await aCodec();
    const profile = await aProfile({ codec_function_id: codec.id });
    const refused = await ask('DELETE', `/api/v1/functions/${codec.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'resource.in_use']);
    expect(refused.body.detail).toContain(profile.name);
    expect((await ask('DELETE', `/api/v1/functions/${codec.id}?force=true`)).status).toBe(204);
    const left = await ask('GET', `${url}/${profile.id}`);
    expect(left.body).toMatchObject({ codec_function_id: null, version: 2 });
  });
});
