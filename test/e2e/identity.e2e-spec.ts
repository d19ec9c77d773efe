import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { aCast } from '../support/cast.js';

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: TestApp;
let token: string;

beforeAll(async () => {
  server = await startTestApp();
  token = (await aCast(server)).users.superuser;
});
afterAll(() => server.close());
afterEach(async () => {
  await ask('POST', 'device/reset');
});

const ask = (method: string, path: string, body?: unknown) =>
  server.http(method, `/api/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });

const recordsOf = async (action: string): Promise<Body[]> =>
  server.database.query(`SELECT subject_kind, changes FROM audit_log WHERE action = $1 ORDER BY id DESC`, [action]);

describe('GET /device', () => {
  it('shows a uuid and nothing else before anybody has provisioned it', async () => {
    const { status, body } = await ask('GET', 'device');
    expect(status).toBe(200);
    expect(body).toEqual({ uuid: expect.stringMatching(uuidV4), provisioned: false });
    expect((await ask('GET', 'device/provisioned')).body).toEqual({ provisioned: false });
  });

  it('shows the same uuid in every process and after a restart', async () => {
    const { uuid } = (await ask('GET', 'device')).body;
    const [second, third] = await Promise.all(
      [1, 2].map(() => startTestApp({ database: server.database, settings: { role: 'api' } })),
    );
    for (const other of [second, third]) {
      expect((await other?.http('GET', '/api/v1/device', { token }))?.body.uuid).toBe(uuid);
      await other?.close();
    }
  });
});

describe('POST /device/provision', () => {
  it('provisions this instance as the document shows it', async () => {
    const { uuid } = (await ask('GET', 'device')).body;
    const before = Date.now();
    const { status, body } = await ask('POST', 'device/provision', {
      deviceName: 'my-raspberry-pi',
      deviceType: 'raspberrypi4-64',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      message: 'Device provisioned successfully',
      device: {
        uuid,
        deviceId: expect.stringMatching(/^dev_\d{13}$/),
        deviceName: 'my-raspberry-pi',
        deviceType: 'raspberrypi4-64',
        provisioned: true,
        registeredAt: expect.any(Number),
      },
    });
    expect(body.device.registeredAt).toBeGreaterThanOrEqual(before);
    expect((await ask('GET', 'device')).body).toEqual(body.device);
    expect((await ask('GET', 'device/provisioned')).body).toEqual({ provisioned: true });
  });

  it('gives a name and a type where nobody said one, also without a body', async () => {
    const { body } = await ask('POST', 'device/provision');
    const { uuid } = body.device;
    expect(body.device).toMatchObject({ deviceName: `device-${uuid.slice(0, 8)}`, deviceType: 'generic' });
  });

  it('keeps what a later request does not say, and a second identical one changes nothing', async () => {
    const { uuid } = (await ask('GET', 'device')).body;
    const provisionedBefore = (await recordsOf('identity.provisioned')).length;
    const first = await ask('POST', 'device/provision', { uuid: 'custom-uuid', deviceName: 'a', apiKey: 'custom-key' });
    const second = await ask('POST', 'device/provision', { apiKey: 'custom-key' });
    expect(second.body).toEqual(first.body);
    expect(second.body.device).toMatchObject({ uuid: 'custom-uuid', deviceName: 'a' });
    expect(await recordsOf('identity.provisioned')).toHaveLength(provisionedBefore + 1);
    await ask('POST', 'device/provision', { uuid });
  });

  it('never shows the key whole, nor stores it so', async () => {
    const apiKey = 'sk-0123456789abcdef0123456789abcdef';
    const { body } = await ask('POST', 'device/provision', { apiKey, apiEndpoint: 'https://api.example.com' });
    expect(body.device).toMatchObject({ apiKey: 'sk-012...', apiEndpoint: 'https://api.example.com' });
    const rows = await server.database.query<{ row: string }>('SELECT identities::text AS row FROM identities');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain('0123456789abcdef');
    const [record] = await recordsOf('identity.provisioned');
    expect(record.changes.api_key).toEqual({ before: null, after: '********' });
  });

  it.each([
    [{ uuid: 'a b' }, 'uuid'],
    [{ uuid: '../admin' }, 'uuid'],
    [{ deviceName: '' }, 'deviceName'],
    [{ deviceName: 7 }, 'deviceName'],
    [{ apiEndpoint: 'ftp://example.com' }, 'apiEndpoint'],
    [{ apiEndpoint: 'https://user:secret@example.com' }, 'apiEndpoint'],
    [{ provisioned: true }, 'provisioned'],
    [{ deviceId: 'dev_1' }, 'deviceId'],
  ])('refuses %j in document 000’s words', async (request, path) => {
    const { status, body } = await ask('POST', 'device/provision', request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'validation.failed', error: 'Bad Request', message: body.detail });
    expect(body.errors.map((error: Body) => error.path)).toContain(path);
    expect((await ask('GET', 'device/provisioned')).body.provisioned).toBe(false);
  });
});

describe('PATCH /device', () => {
  it('changes the name and the endpoint, and nothing else', async () => {
    await ask('POST', 'device/provision', { deviceName: 'old', deviceType: 'pi' });
    const { status, body } = await ask('PATCH', 'device', { deviceName: 'new', apiEndpoint: 'https://new-api.com' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'success',
      message: 'Device updated',
      device: { deviceName: 'new', deviceType: 'pi', apiEndpoint: 'https://new-api.com', provisioned: true },
    });
    expect((await ask('PATCH', 'device', { deviceName: null })).body.device).not.toHaveProperty('deviceName');
    expect((await ask('PATCH', 'device', { uuid: 'other' })).status).toBe(400);
  });
});

describe('POST /device/reset', () => {
  it('forgets everything but the uuid', async () => {
    const { uuid } = (await ask('GET', 'device')).body;
    await ask('POST', 'device/provision', { deviceName: 'a', apiKey: 'custom-key', apiEndpoint: 'https://a.example' });
    await ask('POST', 'state/target', { apps: { 1: {} } });
    const { status, body } = await ask('POST', 'device/reset');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      message: 'Device reset successfully',
      device: { uuid, provisioned: false },
    });
    expect((await ask('GET', 'state/target')).body).toEqual({ apps: {}, version: 0 });
  });
});

describe('the target state', () => {
  it('is set whole, in versions', async () => {
    const apps = { 1001: { appId: 1001, appName: 'My App', services: [{ serviceName: 'web' }] } };
    const first = await ask('POST', 'state/target', { apps });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ status: 'success', target: { apps, version: 1, source: 'local' } });
    expect((await ask('POST', 'state/target', { apps })).body.target.version).toBe(1);
    const second = await ask('POST', 'state/target', { apps: {}, config: { logLevel: 'debug' } });
    expect(second.body.target).toMatchObject({ apps: {}, config: { logLevel: 'debug' }, version: 2 });
    expect((await ask('GET', 'state/target')).body).toEqual(second.body.target);
    const [record] = await recordsOf('identity.target_set');
    expect(record.changes.apps).toEqual({ before: apps, after: {} });
  });

  it.each([{}, { apps: null }, { apps: [] }, { apps: 'all' }, undefined])('is refused as %j', async (body) => {
    const answer = await ask('POST', 'state/target', body);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('apps');
    expect((await ask('GET', 'state/target')).body.version).toBe(0);
  });
});

describe('the current state', () => {
  it('is whatever was said last, beside the target', async () => {
    await ask('POST', 'state/target', { apps: { 1: {} } });
    const said = { apps: { 1: { status: 'running' } }, cpu: 0.4, anything: ['else'] };
    const { status, body } = await ask('POST', 'state/current', said);
    expect(status).toBe(200);
    expect(body.current).toMatchObject({ apps: said.apps, details: { cpu: 0.4, anything: ['else'] }, version: 1 });
    expect((await ask('GET', 'state')).body).toMatchObject({ current: body.current, target: { apps: { 1: {} } } });
    expect((await ask('GET', 'state/current')).body).toEqual(body.current);
  });

  it.each([[[]], ['text'], [{ text: 'a\u0000b' }], [{ text: 'x'.repeat(70_000) }]])(
    'is refused as %j',
    async (said) => {
      const answer = await ask('POST', 'state/current', said);
      expect([400, 413]).toContain(answer.status);
      expect((await ask('GET', 'state/current')).body.version).toBe(0);
    },
  );
});

describe('two at once', () => {
  it('make one version each, and lose none', async () => {
    const set = await Promise.all([1, 2, 3, 4, 5].map((n) => ask('POST', 'state/target', { apps: { [n]: {} } })));
    expect(set.map(({ body }) => body.target.version).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
