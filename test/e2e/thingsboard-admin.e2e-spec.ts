import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

const nobodys = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const password = 'a long enough password';
let server: TestApp;
let world: TenantWorld;

beforeAll(async () => {
  server = await startTestApp();
});
beforeEach(async () => {
  world = await TenantWorld.create(server);
});
afterAll(() => server.close());

/** As ThingsBoard's clients do, with the header that is theirs. */
const ask = (method: string, path: string, body?: unknown, token = world.token): Promise<TestAnswer> =>
  server.http(method, path, {
    headers: { 'x-authorization': `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
  });
const anAsset = async (name: string): Promise<Body> => (await ask('POST', '/api/asset', { name })).body;
const aDevice = async (name: string): Promise<Body> => (await ask('POST', '/api/device', { name })).body;
const ends = (from: Body, to: Body) => ({
  from: { id: from.id.id, entityType: 'ASSET' },
  to: { id: to.id.id, entityType: to.id.entityType },
});
const relate = (from: Body, to: Body) =>
  ask('POST', '/api/relation', { ...ends(from, to), type: 'Contains', typeGroup: 'COMMON' });
const isRelated = async (from: Body, to: Body): Promise<number> => {
  const asked = `fromId=${from.id.id}&fromType=ASSET&toId=${to.id.id}&toType=${to.id.entityType}`;
  return (await ask('GET', `/api/relation/info?${asked}&relationType=Contains`)).status;
};

describe('without THINGSBOARD_API', () => {
  it('none of it is there, and devices speak all the same', async () => {
    const off = await startTestApp({ database: server.database, settings: { thingsboardApi: false } });
    try {
      const routes = [
        'POST /api/auth/login',
        'GET /api/auth/user',
        'GET /api/assetProfiles',
        'POST /api/asset',
        'POST /api/device',
      ];
      for (const route of routes) {
        const [method = '', path = ''] = route.split(' ');
        const answer = await off.http(method, path, { token: world.token, ...(method === 'POST' ? { body: {} } : {}) });
        expect([route, answer.status, answer.body.code]).toEqual([route, 404, 'http.not_found']);
      }
      const { id } = await world.aDevice();
      const { token } = await world.get(`/api/v1/devices/${id}/access-token`);
      expect((await off.http('POST', `/api/v1/${token}/telemetry`, { body: { a: 1 } })).status).toBe(200);
    } finally {
      await off.close();
    }
  });
});

describe('/api/auth', () => {
  it('lets people in, tells who they are, and exchanges their refresh tokens', async () => {
    const { email, userId, tenantId } = await server.signUp();
    const login = await ask('POST', '/api/auth/login', { username: email, password });
    expect(login).toMatchObject({ status: 200, body: { token: expect.any(String), refreshToken: expect.any(String) } });
    const user = await ask('GET', '/api/auth/user', undefined, login.body.token);
    expect(user).toMatchObject({
      status: 200,
      body: {
        id: { entityType: 'USER', id: userId },
        tenantId: { entityType: 'TENANT', id: tenantId },
        email,
        authority: 'TENANT_ADMIN',
      },
    });
    const next = await ask('POST', '/api/auth/token', { refreshToken: login.body.refreshToken });
    expect(next.status).toBe(200);
    expect((await ask('GET', '/api/auth/user', undefined, next.body.token)).status).toBe(200);
  });

  it('refuses in ThingsBoard’s words', async () => {
    const wrong = await ask('POST', '/api/auth/login', { username: 'nobody@example.com', password });
    expect(wrong).toMatchObject({
      status: 401,
      body: { status: 401, message: 'Invalid username or password', errorCode: 10, timestamp: expect.any(Number) },
    });
    expect(await ask('GET', '/api/auth/user', undefined, 'eyJ.e30.x')).toMatchObject({
      status: 401,
      body: { errorCode: 11 },
    });
    expect(await server.http('GET', '/api/auth/user')).toMatchObject({
      status: 401,
      body: { message: 'Authentication failed', errorCode: 10 },
    });
    for (const body of [{}, [], { username: 'x' }, { username: 1, password: 2 }]) {
      expect((await ask('POST', '/api/auth/login', body)).status).toBe(400);
    }
    expect((await ask('POST', '/api/auth/token', { refreshToken: 'x' })).status).toBe(401);
  });

  it('takes its own header before one that a proxy may have set', async () => {
    const headers = { 'x-authorization': `Bearer ${world.token}`, authorization: 'Basic cHJveHk6cHJveHk=' };
    expect((await server.http('GET', '/api/auth/user', { headers })).status).toBe(200);
  });
});

describe('assets', () => {
  it('are places, of the profiles that places have', async () => {
    const { body: profiles } = await ask('GET', '/api/assetProfiles?pageSize=100&page=0');
    const country = profiles.data.find(({ name }: Body) => name === 'Country');
    expect(country.id).toEqual({ entityType: 'ASSET_PROFILE', id: expect.any(String) });
    const made = await ask('POST', '/api/asset', {
      name: 'INDIA',
      type: 'Country',
      assetProfileId: country.id,
      label: null,
    });
    expect(made).toMatchObject({
      status: 200,
      body: { id: { entityType: 'ASSET' }, name: 'INDIA', type: 'Country', assetProfileId: country.id },
    });
    const byType = await ask('POST', '/api/asset', { name: 'Delhi', type: 'state' });
    expect(byType.body.type).toBe('State');
    const place = await world.get(`/api/v1/places/${made.body.id.id}`);
    expect(place).toMatchObject({ name: 'INDIA', profile: { name: 'Country' } });
    expect(
      (await ask('GET', '/api/tenant/assets?pageSize=1&page=1&sortProperty=name&sortOrder=ASC')).body,
    ).toMatchObject({
      data: [{ name: 'INDIA' }],
      totalPages: 2,
      totalElements: 2,
      hasNext: false,
    });
    expect((await ask('GET', '/api/tenant/assets?pageSize=10&page=0&textSearch=DEL')).body.data).toEqual([byType.body]);
  });

  it('have one name each, and a profile that is there', async () => {
    await anAsset('Delhi');
    expect(await ask('POST', '/api/asset', { name: 'Delhi' })).toMatchObject({
      status: 400,
      body: { message: 'Asset with such name already exists!', errorCode: 31 },
    });
    const refused = [
      { name: 'x', type: 'Bundesland' },
      { name: 'x', assetProfileId: { id: nobodys } },
      { name: 'x', assetProfileId: { id: 'no uuid' } },
      { name: '' },
      { name: 5 },
      { name: 'x'.repeat(201) },
      [],
    ];
    for (const body of refused) expect([body, (await ask('POST', '/api/asset', body)).status]).toEqual([body, 400]);
  });

  it('have attributes, and stand where these say', async () => {
    const asset = await anAsset('Delhi');
    const url = `/api/plugins/telemetry/ASSET/${asset.id.id}`;
    const set = await ask('POST', `${url}/attributes/SERVER_SCOPE`, { latitude: 28.6, longitude: 77.2, code: 'DL' });
    expect([set.status, set.body]).toEqual([200, '']);
    const place = await world.get(`/api/v1/places/${asset.id.id}`);
    expect(place).toMatchObject({ location: { latitude: 28.6, longitude: 77.2 }, attributes: { code: 'DL' } });
    await ask('POST', `${url}/attributes/SERVER_SCOPE`, { code: null, latitude: 500 });
    const { body } = await ask('GET', `${url}/values/attributes/SERVER_SCOPE?keys=latitude,code`);
    expect(body).toEqual([{ key: 'latitude', value: 500, lastUpdateTs: expect.any(Number) }]);
    expect((await world.get(`/api/v1/places/${asset.id.id}`)).location.latitude).toBe(28.6);
    for (const wrong of [[], 5, { text: 'a\u0000b' }, { long: 'x'.repeat(20_000) }]) {
      expect((await ask('POST', `${url}/attributes/SERVER_SCOPE`, wrong)).status).toBe(400);
    }
  });
});

describe('devices', () => {
  it('are found by name, made once, and speak with the token that their credentials name', async () => {
    const { body: profiles } = await ask('GET', '/api/deviceProfiles?pageSize=100&page=0');
    const gateway = profiles.data.find(({ name }: Body) => name === 'IoT-Gateway');
    const body = { name: 'gateway-01', type: 'default', deviceProfileId: gateway.id };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('POST', '/api/device', body)));
    const made = answers.find(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.find(({ status }) => status === 400)?.body.message).toBe('Device with such name already exists!');
    expect(made?.body).toMatchObject({
      id: { entityType: 'DEVICE' },
      type: 'IoT-Gateway',
      deviceProfileId: gateway.id,
    });
    const found = await ask('GET', '/api/tenant/devices?pageSize=10&page=0&textSearch=GATEWAY-01');
    expect(found.body).toEqual({ data: [made?.body], totalPages: 1, totalElements: 1, hasNext: false });
    const url = `/api/device/${String(made?.body.id.id)}/credentials`;
    const credentials = await ask('GET', url);
    expect(credentials).toMatchObject({
      status: 200,
      body: {
        deviceId: made?.body.id,
        credentialsType: 'ACCESS_TOKEN',
        credentialsId: expect.stringMatching(/^\w{20}$/),
      },
    });
    expect((await ask('GET', url)).body).toEqual(credentials.body);
    const telemetry = `/api/v1/${String(credentials.body.credentialsId)}/telemetry`;
    expect((await server.http('POST', telemetry, { body: { a: 1 } })).status).toBe(200);
  });

  it('have metadata for attributes', async () => {
    const device = await aDevice('gateway-02');
    const url = `/api/plugins/telemetry/DEVICE/${device.id.id}`;
    await ask('POST', `${url}/attributes/SERVER_SCOPE`, { floor: 3 });
    expect((await ask('GET', `${url}/values/attributes/SERVER_SCOPE`)).body).toMatchObject([
      { key: 'floor', value: 3 },
    ]);
    expect((await world.get(`/api/v1/devices/${device.id.id}`)).metadata).toEqual({ floor: 3 });
  });

  it('show their credentials to admins only', async () => {
    const device = await aDevice('gateway-03');
    const username = `editor-${device.id.id}`.slice(0, 30);
    const body = { email: `${username}@example.com`, username, password, role: 'editor' };
    await world.app.http('POST', '/api/v1/users', { token: world.token, body });
    const editor = (await ask('POST', '/api/auth/login', { username, password })).body.token;
    expect((await ask('GET', `/api/device/${device.id.id}/credentials`, undefined, editor)).status).toBe(403);
    expect((await ask('GET', '/api/auth/user', undefined, editor)).body.authority).toBe('CUSTOMER_USER');
    expect((await ask('POST', '/api/device', { name: 'gateway-04' }, editor)).status).toBe(200);
  });
});

describe('a type', () => {
  /** More than any page shows, all before the one that is meant. */
  const profilesCalledAlike = (table: 'device_profiles' | 'place_profiles') =>
    server.database.query(
      `INSERT INTO ${table} (id, tenant_id, name, version, created_at, updated_at)
       SELECT gen_random_uuid(), $1, to_char(n, 'FM0000') || ' Door Sensor', 1, now(), now() FROM generate_series(1, 1100) n`,
      [world.tenantId],
    );
  const roads = [
    ['assets', 'place_profiles', '/api/v1/place-profiles', '/api/asset'],
    ['devices', 'device_profiles', '/api/v1/device-profiles', '/api/device'],
  ] as const;

  it.each(roads)('of %s is a profile’s name without case, also among a thousand alike', async (_, table, url, path) => {
    await profilesCalledAlike(table);
    await world.app.http('POST', url, { token: world.token, body: { name: 'Door Sensor' } });
    const made = await ask('POST', path, { name: 'one', type: 'DOOR sensor' });
    expect([made.status, made.body.type]).toEqual([200, 'Door Sensor']);
    const other = await ask('POST', path, { name: 'two', type: '0007 door SENSOR' });
    expect([other.status, other.body.type]).toEqual([200, '0007 Door Sensor']);
  });

  it.each(roads)('of %s that is no profile’s whole name is refused, and makes nothing', async (_, __, url, path) => {
    await world.app.http('POST', url, { token: world.token, body: { name: 'Gate_way 50%' } });
    for (const type of ['Gate', 'Gate_way', '%', 'Gate-way 50%', '\\', 'x'.repeat(5_000)]) {
      const answer = await ask('POST', path, { name: 'one', type });
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('there is no profile')]);
    }
    expect((await ask('POST', path, { name: 'one', type: 'default' })).status).toBe(200);
  });
});

describe('relations', () => {
  it('are where places and devices stand, and are there or 404', async () => {
    const [country, state, other] = [await anAsset('INDIA'), await anAsset('Delhi'), await anAsset('Goa')];
    const device = await aDevice('gateway-05');
    expect(await isRelated(country, state)).toBe(404);
    for (let n = 0; n < 2; n += 1) expect((await relate(country, state)).status).toBe(200);
    expect((await relate(state, device)).body).toBe('');
    expect([await isRelated(country, state), await isRelated(state, device)]).toEqual([200, 200]);
    expect([await isRelated(country, device), await isRelated(state, country)]).toEqual([404, 404]);
    await relate(other, device);
    expect([await isRelated(state, device), await isRelated(other, device)]).toEqual([404, 200]);
    expect((await world.get(`/api/v1/devices/${device.id.id}`)).place_id).toBe(other.id.id);
  });

  it('refuse a circle, another kind of relation, and what is not there', async () => {
    const [country, state] = [await anAsset('INDIA'), await anAsset('Delhi')];
    await relate(country, state);
    expect((await relate(state, country)).status).toBe(422);
    const manages = await ask('POST', '/api/relation', { ...ends(country, state), type: 'Manages' });
    expect(manages.status).toBe(400);
    const ghost = { id: { id: nobodys, entityType: 'DEVICE' } };
    expect((await relate(country, ghost)).status).toBe(404);
    expect((await relate({ id: { id: nobodys } }, state)).status).toBe(404);
    for (const body of [{}, { from: {}, to: {}, type: 'Contains' }, { ...ends(country, state) }]) {
      expect((await ask('POST', '/api/relation', body)).status).toBe(400);
    }
  });

  it('know nothing of another tenant’s', async () => {
    const [country, device] = [await anAsset('INDIA'), await aDevice('gateway-06')];
    const theirs = await TenantWorld.create(server);
    const own = (await ask('POST', '/api/asset', { name: 'Mine' }, theirs.token)).body;
    for (const [from, to] of [
      [own, device],
      [own, country],
      [country, own],
    ]) {
      const body = { ...ends(from, to), type: 'Contains' };
      expect((await ask('POST', '/api/relation', body, theirs.token)).status).toBe(404);
    }
    expect((await world.get(`/api/v1/devices/${device.id.id}`)).place_id).toBeNull();
  });
});
