import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { aCast, type Cast } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { StrictUpstream } from '../support/strict-upstream.js';

const settings = { upstreamPollSeconds: 1 };

let server: TestApp;
let cast: Cast;
let upstream: StrictUpstream;
let uuid: string;

beforeAll(async () => {
  server = await startTestApp({ settings });
  cast = await aCast(server);
  uuid = String((await ask('GET', 'device')).body.uuid);
});
afterAll(() => server.close());
beforeEach(async () => {
  upstream = await StrictUpstream.start();
});
afterEach(async () => {
  await ask('POST', 'device/reset');
  await upstream.goAway();
});

const ask = (method: string, path: string, body?: unknown, at = server) =>
  at.http(method, `/api/v1/${path}`, { token: cast.users.superuser, ...(body === undefined ? {} : { body }) });

const register = (more: object = {}) =>
  ask('POST', 'device/register', {
    apiEndpoint: upstream.url,
    provisioningKey: upstream.provisioningKey,
    deviceName: 'my-device',
    deviceType: 'raspberrypi4-64',
    ...more,
  });

const linked = (at = server): Promise<Body> =>
  eventually(async () => {
    const { body } = await ask('GET', 'device', undefined, at);
    return body.registration?.status === 'registered' ? body : undefined;
  }, 'a registration that has succeeded');

const heartbeats = (count: number): Promise<Body[]> =>
  eventually(async () => {
    const reports = upstream.devices.get(uuid)?.reports ?? [];
    return Promise.resolve(reports.length >= count ? reports : undefined);
  }, `${count} heartbeats`);

const stored = async (): Promise<Body> => {
  const [row] = await server.database.query('SELECT * FROM upstream_registrations ORDER BY id DESC LIMIT 1');
  return row;
};

describe('POST /device/register with an apiEndpoint', () => {
  it('registers this instance there, and answers as the document shows it', async () => {
    const { status, body } = await register({ macAddress: 'b8:27:eb:xx:xx:xx', osVersion: '11.0.0' });
    expect(status).toBe(200);
    const [asked] = upstream.seenAt('POST /api/device/register');
    expect(asked).toMatchObject({
      bearer: upstream.provisioningKey,
      body: { uuid, deviceName: 'my-device', deviceType: 'raspberrypi4-64', macAddress: 'b8:27:eb:xx:xx:xx' },
    });
    const key = String(asked?.body.deviceApiKey);
    expect(body).toEqual({
      status: 'success',
      message: 'Device registered with API',
      response: {
        deviceId: 'dev_1704196800000',
        uuid,
        deviceName: 'my-device',
        apiKey: `${key.slice(0, 6)}...`,
        registeredAt: 1_704_196_800_000,
      },
    });
    expect((await ask('GET', 'device')).body).toMatchObject({
      ...{ uuid, deviceId: 'dev_1704196800000', deviceName: 'my-device', deviceType: 'raspberrypi4-64' },
      ...{ apiKey: `${key.slice(0, 6)}...`, apiEndpoint: upstream.url, provisioned: true },
      registration: { status: 'registered', apiEndpoint: upstream.url, failures: 0 },
    });
  });

  it('shows that it has its key, forgets the provisioning key, and speaks with its own from then on', async () => {
    await register();
    const key = upstream.devices.get(uuid)?.key;
    const [exchange] = upstream.seenAt(`POST /api/device/${uuid}/key-exchange`);
    expect(exchange).toMatchObject({ bearer: key, body: { deviceApiKey: key }, status: 200 });
    expect(await stored()).toMatchObject({ state: 'linked', provisioning_key_sealed: null, device_key_sealed: null });
    await heartbeats(2);
    const later = upstream.seen.slice(upstream.seen.findIndex(({ route }) => route.endsWith('key-exchange')));
    expect(new Set(later.map(({ bearer }) => bearer))).toEqual(new Set([key]));
    const { body } = await ask('GET', 'device');
    expect(body.registration.lastContactAt).toBeGreaterThan(0);
  });

  it('takes PROVISIONING_KEY where the request names none', async () => {
    const { provisioningKey } = upstream;
    const other = await startTestApp({
      settings: { ...settings, provisioningKey, role: 'api' },
      database: server.database,
    });
    const body = { apiEndpoint: upstream.url };
    expect((await ask('POST', 'device/register', body, other)).status).toBe(200);
    await other.close();
  });

  it('does the same once where it is asked twice', async () => {
    const first = await register();
    const second = await register();
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(upstream.seenAt('POST /api/device/register')).toHaveLength(1);
  });

  it('makes one registration of many at once, in two processes', async () => {
    const other = await startTestApp({ settings, database: server.database });
    const body = { apiEndpoint: upstream.url, provisioningKey: upstream.provisioningKey, deviceName: 'one' };
    const answers = await Promise.all(
      [server, other, server, other].map((at) => ask('POST', 'device/register', body, at)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(upstream.devices.size).toBe(1);
    const live = await server.database.query('SELECT id FROM upstream_registrations WHERE ended_at IS NULL');
    expect(live).toHaveLength(1);
    const keys = upstream.seenAt('POST /api/device/register').map(({ body: asked }) => String(asked.deviceApiKey));
    expect(new Set(keys).size).toBe(1);
    await other.close();
  });

  it('registers under another name as the same device', async () => {
    await register();
    const { status } = await register({ deviceName: 'renamed' });
    expect(status).toBe(200);
    expect(upstream.devices.size).toBe(1);
    const keys = upstream.seenAt('POST /api/device/register').map(({ body }) => String(body.deviceApiKey));
    expect(new Set(keys).size).toBe(1);
  });

  it('works with the document’s own backend, which gives keys and knows nothing more', async () => {
    upstream.isPlain = true;
    expect((await register()).body).toMatchObject({ status: 'success', response: { apiKey: 'a-key-...' } });
    expect((await linked()).registration).toMatchObject({ failures: 0 });
  });
});

describe('an upstream that is away', () => {
  it('is registered with when it is back, without anybody asking', async () => {
    await upstream.goAway();
    const { status, body } = await register();
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'pending', response: { uuid, failures: 1 } });
    expect((await ask('GET', 'device')).body).toMatchObject({
      uuid,
      provisioned: false,
      registration: { status: 'pending', lastError: expect.stringContaining('cannot be reached') },
    });
    await upstream.comeBack();
    expect(await linked()).toMatchObject({ provisioned: true, deviceId: 'dev_1704196800000' });
  });

  it('is registered with after a restart, by whichever process comes', async () => {
    const own = await startTestApp({ settings, database: server.database });
    await upstream.goAway();
    const body = { apiEndpoint: upstream.url, provisioningKey: upstream.provisioningKey };
    expect((await ask('POST', 'device/register', body, own)).status).toBe(202);
    await own.close();
    await upstream.comeBack();
    expect(await linked()).toMatchObject({ provisioned: true });
    expect(upstream.devices.size).toBe(1);
  });

  it('is asked again at once by the same request', async () => {
    await upstream.goAway();
    await register();
    await upstream.comeBack();
    expect((await register()).status).toBe(200);
    expect(await stored()).toMatchObject({ state: 'linked', failures: 0, last_error: null });
  });

  it('is waited for as long as it asks', async () => {
    upstream.refusal = { status: 429, body: { message: 'too many' }, headers: { 'retry-after': '3600' } };
    const before = Date.now();
    const { status, body } = await register();
    expect([status, body.response.lastError]).toEqual([
      202,
      'the upstream answered the registration with 429: too many',
    ]);
    expect(body.response.nextAttemptAt).toBeGreaterThanOrEqual(before + 3_500_000);
  });
});

describe('answers that are lost', () => {
  it.each([1, 2])('%d in a row end with one device and one key', async (count) => {
    upstream.loseAnswers(count);
    await register();
    await linked();
    expect(upstream.devices.size).toBe(1);
    const keys = upstream.seenAt('POST /api/device/register').map(({ body }) => String(body.deviceApiKey));
    expect(new Set(keys)).toEqual(new Set([upstream.devices.get(uuid)?.key]));
    await heartbeats(1);
  });
});

describe('an upstream that refuses', () => {
  it.each([
    [401, 'the provisioning key is unknown'],
    [409, 'known already'],
    [404, 'no such route'],
  ])('with %d is not asked again, and the reason is told', async (status, message) => {
    upstream.refusal = { status, body: { error: 'Refused', message } };
    const answer = await register();
    expect(answer.status).toBe(502);
    expect(answer.body.code).toBe('identity.upstream_refused');
    expect(answer.body.message).toContain(`${status}: ${message}`);
    expect(await stored()).toMatchObject({ state: 'refused', provisioning_key_sealed: null, device_key_sealed: null });
    expect((await ask('GET', 'device')).body).toMatchObject({
      provisioned: false,
      registration: { status: 'refused' },
    });
    upstream.refusal = undefined;
    expect((await register()).status).toBe(200);
  });

  it('while it is tried in the background ends it, too', async () => {
    await upstream.goAway();
    await register({ provisioningKey: 'another-key' });
    await upstream.comeBack();
    const refused = await eventually(async () => {
      const row = await stored();
      return row.state === 'refused' ? row : undefined;
    }, 'a registration that is refused');
    expect(refused.last_error).toContain('401: the provisioning key is unknown');
  });
});

describe('what may not be asked', () => {
  it.each([
    ['http://169.254.169.254/latest', 'egress.refused'],
    ['http://10.0.0.1', 'egress.refused'],
    ['http://[fd00::1]/api', 'egress.refused'],
    ['file:///etc/passwd', 'validation.failed'],
    ['https://user:password@example.com', 'validation.failed'],
  ])('%s is %s, and nothing is stored', async (apiEndpoint, code) => {
    const { status, body } = await register({ apiEndpoint });
    expect([status, body.code]).toEqual([400, code]);
    expect((await ask('GET', 'device')).body).toEqual({ uuid, provisioned: false });
  });

  it('unknown fields are named', async () => {
    const { status, body } = await register({ uuid: 'other' });
    expect([status, body.errors]).toEqual([400, [{ path: 'uuid', message: 'unknown field' }]]);
  });

  it('is asked by superusers alone', async () => {
    const body = { apiEndpoint: upstream.url };
    const by = async (given: object) =>
      (await server.http('POST', '/api/v1/device/register', { body, ...given })).status;
    expect(await by({})).toBe(401);
    for (const token of [cast.users.viewer, cast.users.editor, cast.users.admin, cast.device]) {
      expect(await by({ token })).toBe(403);
    }
    expect(await by({ apiKey: cast.keys.write })).toBe(403);
    expect(upstream.seen).toEqual([]);
  });

  it('while it is registered: what the upstream knows it by', async () => {
    await register();
    for (const body of [{ uuid: 'other' }, { apiKey: 'other-key' }, { apiEndpoint: 'https://a.example' }]) {
      const answer = await ask('POST', 'device/provision', body);
      expect([answer.status, answer.body.code]).toEqual([409, 'identity.registered']);
    }
    expect((await ask('PATCH', 'device', { apiEndpoint: null })).status).toBe(409);
    expect((await ask('POST', 'device/provision', { deviceName: 'mine' })).status).toBe(200);
  });
});

describe('states', () => {
  it('are pulled when they change, and asked for by their tag', async () => {
    upstream.target = { apps: { 1001: { appName: 'My App' } }, config: { a: 1 }, version: 3 };
    await register();
    const target = await eventually(async () => {
      const { body } = await ask('GET', 'state/target');
      return body.source === 'upstream' ? body : undefined;
    }, 'a target from upstream');
    expect(target).toMatchObject({ apps: upstream.target.apps, config: { a: 1 }, version: 1 });
    await heartbeats(3);
    const questions = upstream.seenAt(`GET /api/device/${uuid}/state`);
    expect(questions[0]).toMatchObject({ ifNoneMatch: undefined, status: 200 });
    expect(questions[1]).toMatchObject({ ifNoneMatch: '"v3"', status: 304 });
    expect(upstream.devices.get(uuid)?.reports.map((report) => report.target?.version)).toContain(1);
  });

  it('leave a target of here alone while the upstream has none', async () => {
    await ask('POST', 'state/target', { apps: { 7: {} } });
    await register();
    await heartbeats(2);
    expect((await ask('GET', 'state/target')).body).toMatchObject({ apps: { 7: {} }, source: 'local' });
  });

  it('are reported as what changed', async () => {
    await ask('POST', 'state/current', { apps: { 1: { status: 'starting' }, 2: {} }, cpu: 0.5 });
    await register();
    const [first] = await heartbeats(1);
    expect(first).toMatchObject({ apps: { 1: { status: 'starting' }, 2: {} }, cpu: 0.5, target: { version: 0 } });
    await ask('POST', 'state/current', { apps: { 1: { status: 'running' } } });
    const change = await eventually(async () => {
      const reports = upstream.devices.get(uuid)?.reports ?? [];
      return Promise.resolve(reports.find((report) => report.apps?.[1]?.status === 'running'));
    }, 'a report of the change');
    expect(change).toEqual({ apps: { 1: { status: 'running' }, 2: null }, cpu: null });
    const count = upstream.devices.get(uuid)?.reports.length ?? 0;
    expect((await heartbeats(count + 2)).at(-1)).toEqual({});
  });

  it('go to the upstream’s new address with the same key', async () => {
    await register();
    await heartbeats(1);
    const moved = await StrictUpstream.start();
    for (const [id, device] of upstream.devices) moved.devices.set(id, { ...device, reports: [] });
    await upstream.goAway();
    expect((await ask('PATCH', 'device', { apiEndpoint: moved.url })).status).toBe(200);
    await eventually(
      async () => Promise.resolve(moved.devices.get(uuid)?.reports[0]),
      'a heartbeat at the new address',
    );
    await ask('POST', 'device/reset');
    await moved.goAway();
  });

  it('end with a reset, and so does the job', async () => {
    await register();
    await heartbeats(1);
    await ask('POST', 'device/reset');
    await eventually(async () => {
      const jobs = await server.database.query(`SELECT id FROM jobs WHERE kind = 'upstream-link'`);
      return jobs.length === 0 ? true : undefined;
    }, 'no job any more');
    expect((await ask('GET', 'device')).body).toEqual({ uuid, provisioned: false });
  });
});
