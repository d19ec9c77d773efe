import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestRequest } from '../support/app.js';
import { aMac, ConfigLab } from '../support/config-lab.js';
import { MqttSink } from '../support/mqtt-sink.js';

const lab = new ConfigLab();
const { url, ask, put } = lab;

describe('GET /api/configs/{mac}.json', () => {
  const aDevice = async (mac: string): Promise<{ id: string; key: string }> => {
    const device = await lab.server.http('POST', '/api/v1/devices', {
      token: lab.token,
      body: { name: `d ${mac}`, mac },
    });
    const key = await lab.server.http('POST', `/api/v1/devices/${device.body.id}/keys`, { token: lab.token, body: {} });
    return { id: String(device.body.id), key: String(key.body.key) };
  };
  const get = (mac: string, request: TestRequest) => lab.server.http('GET', `${url}/${mac}.json`, request);

  it('gives the bare content to its device by either header, and 304 where it has that already', async () => {
    const mac = aMac();
    await put(mac, { deviceName: 'Küche' });
    const { key } = await aDevice(mac);
    const answer = await get(mac, { token: key });
    expect([answer.status, answer.body]).toEqual([200, { deviceName: 'Küche' }]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    const headers = { 'x-device-api-key': key, 'if-none-match': String(answer.headers.etag) };
    const same = await get(mac, { headers });
    expect([same.status, same.body, same.headers.etag]).toEqual([304, '', answer.headers.etag]);
    await put(mac, { deviceName: 'Bad' });
    const changed = await get(mac, { headers });
    expect([changed.status, changed.body]).toEqual([200, { deviceName: 'Bad' }]);
  });

  it('shows a device no config but its own', async () => {
    const [own, other] = [aMac(), aMac()];
    await put(own, { a: 1 });
    await put(other, { a: 2 });
    const { key } = await aDevice(own);
    const refused = await get(other, { token: key });
    expect([refused.status, refused.body.code]).toEqual([404, 'RECORD_NOT_FOUND']);
    expect((await ask('GET', `/${own}`, undefined, { token: key })).status).toBe(403);
    expect((await put(own, { a: 3 }, {}, { token: key })).status).toBe(403);
  });

  it('gives it to users of the tenant, and to nobody else', async () => {
    const mac = aMac();
    await put(mac, { a: 1 });
    expect((await get(mac, { token: lab.token })).status).toBe(200);
    expect((await get(mac, { token: lab.stranger })).status).toBe(404);
    const nobody = await get(mac, {});
    expect([nobody.status, nobody.body.type]).toEqual([401, 'urn:fieldline:problem:auth.missing_credentials']);
    expect((await get('a4:cf:12:6b:00:7e', { token: lab.token })).status).toBe(400);
  });
});

describe('a profile with a schema', () => {
  const schema = {
    type: 'object',
    required: ['wifi'],
    properties: { wifi: { type: 'object', required: ['ssid'], properties: { channel: { maximum: 13 } } } },
  };
  const aDeviceOf = async (config_schema: object): Promise<string> => {
    const mac = aMac();
    const profile = await lab.server.http('POST', '/api/v1/device-profiles', {
      token: lab.token,
      body: { name: `p ${mac}`, config_schema },
    });
    await lab.server.http('POST', '/api/v1/devices', {
      token: lab.token,
      body: { name: mac, mac, profile_id: profile.body.id },
    });
    return mac;
  };

  it('refuses configs of its devices that do not fit, and says where', async () => {
    const mac = await aDeviceOf(schema);
    const refused = await put(mac, { wifi: { channel: 14 } });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'VALIDATION_FAILED', type: 'urn:fieldline:problem:config.unfit' });
    expect(refused.body.errors).toEqual([
      { path: 'content.wifi.ssid', message: 'is missing' },
      { path: 'content.wifi.channel', message: 'must be <= 13' },
    ]);
    expect((await ask('GET', `/${mac}`)).status).toBe(404);
    expect((await put(mac, { wifi: { ssid: 'x' } })).status).toBe(201);
  });

  it('is asked when a revision is restored, too', async () => {
    const mac = aMac();
    await put(mac, { old: true });
    const profile = await lab.server.http('POST', '/api/v1/device-profiles', {
      token: lab.token,
      body: { name: `p ${mac}`, config_schema: schema },
    });
    await lab.server.http('POST', '/api/v1/devices', {
      token: lab.token,
      body: { name: mac, mac, profile_id: profile.body.id },
    });
    await put(mac, { wifi: { ssid: 'x' } });
    expect((await ask('POST', `/${mac}/revisions/1/restore`)).status).toBe(400);
  });

  it('cannot hold up the server with a pattern that backtracks for ever', async () => {
    const mac = await aDeviceOf({ properties: { name: { pattern: '^(a+)+$' } } });
    const refused = await put(mac, { name: `${'a'.repeat(80)}b` });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ path: 'content', message: 'takes too long to be checked against the schema' }],
    ]);
  });
});

describe('POST /api/configs/assignments', () => {
  it('gives every device of a label a config of its own, and names those for which it cannot', async () => {
    const as = { token: (await lab.server.signUp()).token };
    const made = async (path: string, body: object) =>
      String((await lab.server.http('POST', `/api/v1/${path}`, { ...as, body })).body.id);
    const label = await made('labels', { name: 'hall' });
    const profile_id = await made('device-profiles', {
      name: 'p',
      config_schema: { properties: { room: { const: 'A' } } },
    });
    const [one, two, three] = ['bb-00-00-00-00-01', 'bb-00-00-00-00-02', 'bb-00-00-00-00-03'];
    const device = (mac: string | undefined, more: object) =>
      made('devices', {
        name: `n ${mac ?? 'none'}`,
        ...(mac === undefined ? {} : { mac }),
        label_ids: [label],
        ...more,
      });
    await device(one, { metadata: { room: 'A', pin: 4 } });
    await device(two, { metadata: { room: 'B', pin: 5 }, profile_id });
    await device(three, {});
    await device(undefined, { metadata: { room: 'C', pin: 6 } });
    await put(one, { old: 1 }, {}, as);
    const content = { deviceName: '{{device.name}}', room: '{{device.metadata.room}}', pin: '{{device.metadata.pin}}' };
    const foreseen = await ask('POST', '/assignments', { label_id: label, content, dry_run: true }, as);
    const answer = await ask('POST', '/assignments', { label_id: label, content }, as);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ devices: 4, created: 0, updated: 1, unchanged: 0, dry_run: false });
    const codes = Object.fromEntries(
      (answer.body.failed as { mac_address: string | null; code: string }[]).map((f) => [f.mac_address, f.code]),
    );
    expect(codes).toEqual({
      [two]: 'config.unfit',
      [three]: 'config.template_unfit',
      null: 'config.device_without_mac',
    });
    expect(foreseen.body).toEqual({ ...answer.body, dry_run: true });
    expect((await ask('GET', `/${one}`, undefined, as)).body.content).toEqual({
      deviceName: `n ${one}`,
      room: 'A',
      pin: 4,
    });
    expect((await ask('GET', `/${two}`, undefined, as)).status).toBe(404);
    const again = await ask('POST', '/assignments', { label_id: label, content }, as);
    expect(again.body).toMatchObject({ updated: 0, unchanged: 1 });
    const plain = { label_id: label, content: { room: 'A' }, allow_overwrite: false };
    const spared = await ask('POST', '/assignments', plain, as);
    expect(spared.body).toMatchObject({ created: 2, updated: 0 });
    expect((spared.body.failed as { code: string }[]).map(({ code }) => code).sort()).toEqual([
      'config.device_without_mac',
      'config.exists',
    ]);
  });

  it('knows no label of another tenant', async () => {
    const label = await lab.server.http('POST', '/api/v1/labels', { token: lab.token, body: { name: `l ${aMac()}` } });
    const body = { label_id: label.body.id, content: {} };
    expect((await ask('POST', '/assignments', body, { token: lab.stranger })).status).toBe(404);
    expect((await ask('POST', '/assignments', body)).body).toMatchObject({ devices: 0, failed: [] });
  });
});

describe('LEGACY_DEVICE_READS', () => {
  let open: TestApp;
  const mac = aMac();
  const get = (path: string, headers: Record<string, string> = {}) => open.http('GET', `${url}${path}`, { headers });

  beforeAll(async () => {
    open = await startTestApp({ settings: { legacyDeviceReads: ['127.0.0.0/8'] } });
    const admin = await open.http('POST', '/api/v1/auth/register', {
      body: { email: 'a@example.com', username: 'admin1', password: 'a long enough password' },
    });
    expect(admin.status).toBe(201);
    const [tenant] = await open.database.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'default'`);
    await open.http('GET', `${url}/${mac}.json`);
    const [made] =
      tenant === undefined
        ? await open.database.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'default'`)
        : [tenant];
    await open.database.query(
      `INSERT INTO configs (id, tenant_id, mac, content, revision, last_revision)
       VALUES (gen_random_uuid(), $1, $2, '{"a":1}', 1, 1)`,
      [made?.id, mac],
    );
  });
  afterAll(() => open.close());

  it('lets devices of those networks read bare configs of the default tenant, and nothing else', async () => {
    const answer = await get(`/${mac}.json`);
    expect([answer.status, answer.body]).toEqual([200, { a: 1 }]);
    expect((await get(`/${mac}`)).status).toBe(401);
    expect((await get('')).status).toBe(401);
    expect((await open.http('PUT', `${url}/${mac}`, { body: { content: {} } })).status).toBe(401);
    const { token: other } = await open.signUp();
    const foreign = aMac();
    await open.http('PUT', `${url}/${foreign}`, { token: other, body: { content: {} } });
    expect((await get(`/${foreign}.json`)).status).toBe(404);
  });

  it('leaves it to the credential where one of ours is sent, and takes no proxy for a device', async () => {
    for (const credential of ['flk_nonsense', 'fld_0123456789abcdef_nonsense']) {
      expect((await get(`/${mac}.json`, { authorization: `Bearer ${credential}` })).status).toBe(401);
      expect((await get(`/${mac}.json`, { 'x-api-key': credential })).status).toBe(401);
    }
    const { token } = await open.signUp();
    expect((await get(`/${mac}.json`, { authorization: `Bearer ${token}` })).status).toBe(404);
    expect((await get(`/${mac}.json`, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
  });

  it.each([
    'Basic ZGlzcGxheTpzZWNyZXQ=',
    'Bearer',
    'Bearer ',
    'Bearer nonsense',
    'Bearer 0123456789abcdef0123456789abcdef',
    'Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIzYzFhYjkifQ.c2lnbmVk',
    'Digest username="display"',
    '',
  ])('does not mind what firmware sends for another server: %j', async (authorization) => {
    expect((await get(`/${mac}.json`, { authorization })).status).toBe(200);
    expect((await get(`/${mac}`, { authorization })).status).toBe(401);
    expect((await lab.server.http('GET', `${url}/${mac}.json`, { headers: { authorization } })).status).toBe(401);
  });

  it('opens nothing where it is not set', async () => {
    expect((await lab.server.http('GET', `${url}/${aMac()}.json`)).status).toBe(401);
  });
});

describe('a saved config', () => {
  let broker: MqttSink;
  let told: TestApp;

  beforeAll(async () => {
    broker = await MqttSink.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const mqtt = { url, username: undefined, password: undefined, prefix: 'iotsupport' };
    told = await startTestApp({ settings: { mqtt } });
  });
  afterAll(async () => {
    await told.close();
    await broker.close();
  });

  it('is told to the broker, and an equal or refused one is not', async () => {
    const mac = aMac();
    const { token: own } = await told.signUp();
    const save = (content: object, more: object = {}) =>
      told.http('PUT', `${url}/${mac}`, { token: own, body: { content, ...more } });
    await save({ a: 1 });
    await broker.received(1);
    await save({ a: 1 });
    await save({ a: 2 }, { allow_overwrite: false });
    await told.http('DELETE', `${url}/${mac}`, { token: own });
    const messages = await broker.received(2);
    expect(messages.map(({ payload, topic }) => [JSON.parse(payload), topic.split('/').slice(-2).join('/')])).toEqual([
      [{ filename: `${mac}.json` }, 'updates/configs'],
      [{ filename: `${mac}.json` }, 'updates/configs'],
    ]);
  });
});
