import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

const clock = new FakeClock();
let server: TestApp;
let world: TenantWorld;

beforeAll(async () => {
  server = await startTestApp({ clock });
});
beforeEach(async () => {
  // What earlier tests counted against this address is forgiven.
  clock.advance(600_000);
  world = await TenantWorld.create(server);
});
afterAll(() => server.close());

const aBody = { uuid: 'board-1', deviceName: 'a board', deviceType: 'esp32' };
const anOwnKey = (): string => randomBytes(32).toString('hex');
const ask = (method: string, url: string, body?: unknown): Promise<TestAnswer> =>
  server.http(method, url, { token: world.token, ...(body === undefined ? {} : { body }) });
const aFleet = async (body: object = {}): Promise<{ id: string; key: string }> =>
  (await ask('POST', '/api/v1/provisioning-keys', { name: 'a fleet', ...body })).body;
const register = (key: string, body: object = {}, url = '/device/register'): Promise<TestAnswer> =>
  server.http('POST', url, { token: key, body: { ...aBody, ...body } });
const exchange = (token: string, body?: object, uuid = 'board-1'): Promise<TestAnswer> =>
  server.http('POST', `/device/${uuid}/key-exchange`, { token, ...(body === undefined ? {} : { body }) });
const speak = async (token: string): Promise<number> =>
  (await server.http('POST', '/gateway/device-data/ingest', { token, body: { kwh: 1 } })).status;
const devices = async (): Promise<{ id: string }[]> => (await ask('GET', '/api/v1/devices?uuid=board-1')).body;
const eventsOf = async (id: string): Promise<{ data: object }[]> =>
  (await ask('GET', `/api/v1/devices/${id}/history?event=device_registered`)).body;
const liveKeysOf = async (id: string): Promise<unknown[]> =>
  (await ask('GET', `/api/v1/devices/${id}/keys`)).body.filter(
    (key: { revoked_at: string | null }) => key.revoked_at === null,
  );
const usedOf = async ({ id }: { id: string }): Promise<number> =>
  (await ask('GET', `/api/v1/provisioning-keys/${id}`)).body.devices_used;

describe.each(['/api/v1/device/register', '/api/device/register', '/device/register'])('POST %s', (url) => {
  it('names the header where no key came along', async () => {
    const { status, body } = await server.http('POST', url, { body: aBody });
    expect([status, body.code, body.error]).toEqual([401, 'auth.missing_credentials', 'Unauthorized']);
    expect(body.message).toContain('x-provisioning-key');
  });

  it('refuses whoever has another credential', async () => {
    expect((await ask('POST', url, aBody)).status).toBe(403);
    const headers = { 'x-provisioning-key': 'flp_0123456789abcdef_wrong' };
    expect((await server.http('POST', url, { body: aBody, headers })).body.code).toBe('auth.invalid_credentials');
  });

  it('makes the device and a key for it, by either header', async () => {
    const { key } = await aFleet();
    const { status, body } = await register(key, {}, url);
    const [device] = await devices();
    expect([status, body]).toEqual([
      200,
      {
        ...{ deviceId: `dev_${device?.id}`, uuid: 'board-1', deviceName: 'a board' },
        ...{ apiKey: expect.stringMatching(/^fld_/), registeredAt: expect.any(Number) },
      },
    ]);
    expect(await speak(body.apiKey)).toBe(201);
    const headers = { 'x-provisioning-key': key };
    expect((await server.http('POST', url, { body: { ...aBody, uuid: 'board-2' }, headers })).status).toBe(200);
  });

  it('takes the key that the device made itself', async () => {
    const { key } = await aFleet();
    const deviceApiKey = anOwnKey();
    const { body } = await register(key, { deviceApiKey }, url);
    expect(Object.keys(body)).toEqual(['deviceId', 'uuid', 'deviceName', 'registeredAt']);
    expect(await speak(deviceApiKey)).toBe(201);
  });
});

describe('POST /api/v1/device/register with an apiEndpoint', () => {
  it('is no registration of a device', async () => {
    const { key } = await aFleet();
    const answer = await register(key, { apiEndpoint: 'https://iot.example.org' }, '/api/v1/device/register');
    expect([answer.status === 200, await devices()]).toEqual([false, []]);
  });
});

describe('a registered device', () => {
  it('has what its provisioning key gives, and says what it said', async () => {
    const label = await world.aLabel('line a');
    const { body: profile } = await ask('POST', '/api/v1/device-profiles', {
      name: 'board',
      defaults: { metadata: { a: 1 } },
    });
    const { body: place } = await ask('POST', '/api/v1/places', { name: 'hall' });
    const fleet = await aFleet({ label_ids: [label.id], profile_id: profile.id, place_id: place.id });
    const said = { macAddress: 'B8:27:EB:12:34:56', osVersion: '11', board: { rev: 3 } };
    await register(fleet.key, { ...said, mqttPassword: 'hunter2', id: 'x', tenant_id: 'x' });
    const [device] = await devices();
    expect(device).toMatchObject({
      ...{
        name: 'a board',
        mac: 'b8-27-eb-12-34-56',
        label_ids: [label.id],
        profile_id: profile.id,
        place_id: place.id,
      },
      metadata: { a: 1, registration: { deviceType: 'esp32', ...said } },
    });
    expect(JSON.stringify(device)).not.toContain('hunter2');
    const [event] = await eventsOf(device?.id ?? '');
    expect(event?.data).toMatchObject({
      provisioning_key_id: fleet.id,
      uuid: 'board-1',
      is_first: true,
      details: said,
    });
    const { body: audit } = await ask('GET', `/api/v1/audit?subject_id=${device?.id ?? ''}`);
    expect(audit).toMatchObject([{ action: 'device.created', actor: { kind: 'provisioning_key', name: 'a fleet' } }]);
  });

  it('is refused a MAC address that another one has', async () => {
    const { key } = await aFleet();
    await world.aDevice({ mac: 'b8:27:eb:12:34:56' });
    const answer = await register(key, { macAddress: 'b8:27:eb:12:34:56' });
    expect([answer.status, answer.body.code, await devices()]).toEqual([409, 'device.mac_taken', []]);
  });

  it('must say who it is', async () => {
    const { key } = await aFleet();
    const { status, body } = await server.http('POST', '/device/register', { token: key, body: { uuid: 'a/b' } });
    expect([status, body.code, body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      400,
      'registration.invalid',
      ['deviceName', 'deviceType', 'uuid'],
    ]);
    expect((await register(key, { deviceApiKey: 'short' })).status).toBe(422);
    expect(await devices()).toEqual([]);
  });
});

describe('a device that registers again', () => {
  it.each(['refuse', 'rotate', 'return'])(
    '%s: before it used its key it gets another, and the first one ends',
    async (reregistration) => {
      const fleet = await aFleet({ reregistration });
      const answers = [await register(fleet.key), await register(fleet.key), await register(fleet.key)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const [first, , last] = answers.map(({ body }) => body.apiKey);
      expect([await speak(first), await speak(last)]).toEqual([401, 201]);
      const [device, ...others] = await devices();
      expect([others, (await eventsOf(device?.id ?? '')).length, await usedOf(fleet)]).toEqual([[], 1, 1]);
      expect(await liveKeysOf(device?.id ?? '')).toHaveLength(1);
    },
  );

  it.each(['refuse', 'rotate', 'return'])(
    '%s: is the same as long as it has the key it made',
    async (reregistration) => {
      const fleet = await aFleet({ reregistration });
      const deviceApiKey = anOwnKey();
      const first = await register(fleet.key, { deviceApiKey });
      expect((await register(fleet.key, { deviceApiKey })).body).toEqual(first.body);
      await exchange(deviceApiKey, { deviceApiKey });
      expect((await register(fleet.key, { deviceApiKey })).body).toEqual(first.body);
      const [device] = await devices();
      expect([(await eventsOf(device?.id ?? '')).length, await usedOf(fleet), await speak(deviceApiKey)]).toEqual([
        1, 1, 201,
      ]);
      expect(await liveKeysOf(device?.id ?? '')).toHaveLength(1);
    },
  );

  it('refuse: is refused when it has used its key', async () => {
    const { key } = await aFleet();
    const { body } = await register(key);
    await speak(body.apiKey);
    const again = await register(key, { deviceApiKey: anOwnKey() });
    expect([again.status, again.body.code, await speak(body.apiKey)]).toEqual([409, 'registration.refused', 201]);
  });

  it('rotate: gets another key, and the old one ends when that is used', async () => {
    const fleet = await aFleet({ reregistration: 'rotate' });
    const { body: first } = await register(fleet.key);
    await speak(first.apiKey);
    const { body: second } = await register(fleet.key);
    expect(second.deviceId).toBe(first.deviceId);
    expect([await speak(first.apiKey), await speak(second.apiKey), await speak(first.apiKey)]).toEqual([201, 201, 401]);
    const [device] = await devices();
    expect([(await eventsOf(device?.id ?? '')).length, await usedOf(fleet)]).toEqual([2, 1]);
  });

  it('return: is told what it is, and gets no key', async () => {
    const { key } = await aFleet({ reregistration: 'return' });
    const { body: first } = await register(key);
    await speak(first.apiKey);
    const again = await register(key, { deviceName: 'another name' });
    const { apiKey, ...known } = first;
    expect([again.status, again.body, await speak(apiKey)]).toEqual([200, known, 201]);
  });

  it('rotate: takes over a device that a person made beforehand', async () => {
    const made = await world.aDevice({ uuid: 'board-1' });
    const { key } = await aFleet({ reregistration: 'rotate' });
    expect((await register(key)).body).toMatchObject({ deviceId: `dev_${made.id}`, deviceName: made.name });
    expect((await register((await aFleet()).key, { deviceApiKey: anOwnKey() })).status).toBe(409);
  });

  it('is a new one where the old one was retired, also with the key it had', async () => {
    const { key } = await aFleet();
    const deviceApiKey = anOwnKey();
    const { body: first } = await register(key, { deviceApiKey });
    await speak(deviceApiKey);
    await ask('DELETE', `/api/v1/devices/${String(first.deviceId).slice(4)}`);
    const again = await register(key, { deviceApiKey });
    expect(again.status).toBe(200);
    expect(again.body.deviceId).not.toBe(first.deviceId);
    expect(await speak(deviceApiKey)).toBe(201);
  });

  it('is another tenant’s as little as anything else', async () => {
    const { key } = await aFleet();
    await register(key);
    world = await TenantWorld.create(server);
    const { status, body } = await register((await aFleet()).key);
    expect([status, (await devices())[0]?.id]).toEqual([200, String(body.deviceId).slice(4)]);
  });
});

describe('a hundred devices at once', () => {
  it('are counted exactly', async () => {
    const fleet = await aFleet({ max_devices: 40 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => register(fleet.key, { uuid: `board-${n.toString()}` })),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      refused.map(() => [403, 'provisioning_key.exhausted']),
    );
    expect([refused.length, await usedOf(fleet)]).toEqual([60, 40]);
    const { headers } = await ask('GET', `/api/v1/provisioning-keys/${fleet.id}/devices`);
    const { headers: all } = await ask('GET', '/api/v1/devices');
    expect([headers['x-total-count'], all['x-total-count']]).toEqual(['40', '40']);
    // Who is among them may come again.
    const known = answers.findIndex(({ status }) => status === 200);
    expect((await register(fleet.key, { uuid: `board-${known.toString()}` })).status).toBe(200);
  }, 30_000);

  it('that are one device are one', async () => {
    const fleet = await aFleet();
    const deviceApiKey = anOwnKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => register(fleet.key, { deviceApiKey })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [device, ...others] = await devices();
    expect([others, await usedOf(fleet), (await eventsOf(device?.id ?? '')).length]).toEqual([[], 1, 1]);
    expect([(await liveKeysOf(device?.id ?? '')).length, await speak(deviceApiKey)]).toEqual([1, 201]);
  }, 30_000);

  it('that are one device without a key of its own end with one that works', async () => {
    const fleet = await aFleet();
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(fleet.key)));
    const spoken = await Promise.all(answers.map(({ body }) => speak(body.apiKey)));
    expect(spoken.filter((status) => status === 201)).toHaveLength(1);
    expect(await usedOf(fleet)).toBe(1);
  }, 30_000);
});

describe('POST /device/{uuid}/key-exchange', () => {
  it('confirms the key, however often and by whichever road it is shown', async () => {
    const { key } = await aFleet();
    const deviceApiKey = anOwnKey();
    const { body } = await register(key, { deviceApiKey });
    const device = { deviceId: body.deviceId, uuid: 'board-1', deviceName: 'a board' };
    for (const answer of [
      await exchange(key, { deviceApiKey }),
      await exchange(deviceApiKey, { deviceApiKey }),
      await exchange(deviceApiKey),
    ]) {
      expect([answer.status, answer.body]).toEqual([200, { status: 'ok', message: 'Key exchange successful', device }]);
    }
    const [known] = await devices();
    expect(await liveKeysOf(known?.id ?? '')).toMatchObject([{ confirmed_at: expect.any(String) }]);
  });

  it('refuses whoever does not show the device’s key', async () => {
    const { key } = await aFleet();
    await register(key, { deviceApiKey: anOwnKey() });
    const other = await register(key, { uuid: 'board-2' });
    expect((await exchange(key)).body.errors).toEqual([{ path: 'deviceApiKey', message: 'is required' }]);
    for (const deviceApiKey of [anOwnKey(), other.body.apiKey, 'x']) {
      const answer = await exchange(key, { deviceApiKey });
      expect([answer.status, answer.body.code]).toEqual([401, 'key_exchange.not_proved']);
    }
    expect((await exchange(other.body.apiKey)).status).toBe(404);
    expect((await exchange(other.body.apiKey, { deviceApiKey: anOwnKey() }, 'board-2')).status).toBe(401);
    expect((await exchange(key, { deviceApiKey: anOwnKey() }, 'board-7')).status).toBe(404);
    expect((await server.http('POST', '/device/board-1/key-exchange')).status).toBe(401);
    expect((await exchange(world.token)).status).toBe(403);
  });
});

describe('devices that come too often', () => {
  it('are told when to come back, and others are not', async () => {
    const [wild, calm] = [await aFleet(), await aFleet()];
    let refused: TestAnswer | undefined;
    for (let round = 0; round < 30 && refused === undefined; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => register(wild.key, { uuid: '/' })));
      refused = answers.find(({ status }) => status === 429);
    }
    expect([refused?.body.code, Number(refused?.headers['retry-after']) > 0]).toEqual(['auth.too_many_attempts', true]);
    // All of them come from one address here.
    expect((await register(calm.key)).status).toBe(429);
    clock.advance(60_000);
    expect((await register(calm.key)).status).toBe(200);
  }, 60_000);

  it('are no better off without a good key', async () => {
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => register('flp_x')));
      for (const { status } of answers) statuses.add(status);
    }
    expect([...statuses].sort()).toEqual([401, 429]);
  }, 60_000);
});
