import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Notices } from '../../src/core/notices/notices.js';
import { startTestApp, type TestAnswer, type TestApp, type TestRequest } from '../support/app.js';
import { aCast } from '../support/cast.js';
import { MqttSink } from '../support/mqtt-sink.js';

const url = '/api/configs';
let server: TestApp;
let token: string;
let stranger: string;

beforeAll(async () => {
  server = await startTestApp();
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => server.close());

const aMac = (): string => (randomBytes(6).toString('hex').match(/../g) ?? []).join('-');
const ask = (method: string, path: string, body?: unknown, request: TestRequest = { token }): Promise<TestAnswer> =>
  server.http(method, `${url}${path}`, { ...request, ...(body === undefined ? {} : { body }) });
const put = (mac: string, content: unknown, more: object = {}, request?: TestRequest) =>
  ask('PUT', `/${mac}`, { content, ...more }, request);
const recordsOf = async (mac: string): Promise<string[]> => {
  const rows = await server.database.query<{ action: string }>(
    'SELECT action FROM audit_log WHERE subject_name = $1 ORDER BY id',
    [mac],
  );
  return rows.map(({ action }) => action);
};

describe('PUT /api/configs/{mac}', () => {
  it('makes a config with 201 and replaces it with 200', async () => {
    const mac = aMac();
    const content = { deviceName: 'Living room', deviceEntityId: 'display_1', enableOTA: true, deep: { b: 1, a: [2] } };
    const made = await put(mac, content);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      mac_address: mac,
      device_name: 'Living room',
      device_entity_id: 'display_1',
      enable_ota: true,
      content,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(made.headers.etag).toBeDefined();
    const replaced = await put(mac, { deviceName: 7 });
    expect([replaced.status, replaced.body.version]).toEqual([200, 2]);
    expect(replaced.body).toMatchObject({ device_name: null, device_entity_id: null, enable_ota: null });
    expect((await ask('GET', `/${mac}`)).body).toEqual(replaced.body);
    expect(await recordsOf(mac)).toEqual(['config.created', 'config.updated']);
  });

  it('keeps the order of keys, for what a device gets', async () => {
    const mac = aMac();
    await put(mac, { z: 1, a: { y: 2, b: 3 } });
    const { body } = await server.http('GET', `${url}/${mac}.json`, { token });
    expect(JSON.stringify(body)).toBe('{"z":1,"a":{"y":2,"b":3}}');
  });

  it('takes equal content for no change', async () => {
    const mac = aMac();
    const first = await put(mac, { a: 1, b: 2 });
    const again = await put(mac, { b: 2, a: 1 });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await recordsOf(mac)).toEqual(['config.created']);
  });

  it('does not overwrite where it must not, in the words of document 003', async () => {
    const mac = aMac();
    const guarded = { allow_overwrite: false };
    expect((await put(mac, { a: 1 }, guarded)).status).toBe(201);
    const refused = await put(mac, { a: 2 }, guarded);
    expect(refused.status).toBe(409);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.body).toMatchObject({
      error: `Config for ${mac} already exists`,
      details: {},
      code: 'RECORD_EXISTS',
      correlationId: refused.headers['x-request-id'],
      type: 'urn:fieldline:problem:config.exists',
    });
    expect((await ask('GET', `/${mac}`)).body.content).toEqual({ a: 1 });
  });

  it('makes one config of two requests that come at once, and refuses the other', async () => {
    const mac = aMac();
    const answers = await Promise.all([1, 2, 3, 4].map((n) => put(mac, { n }, { allow_overwrite: false })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect((await ask('GET', `/${mac}`)).body.version).toBe(1);
  });

  it('takes upper case for lower case, and no other spelling', async () => {
    const mac = aMac();
    expect((await put(mac.toUpperCase(), { a: 1 })).body.mac_address).toBe(mac);
    expect((await put(mac, { a: 1 })).status).toBe(200);
    const others = [
      mac.replaceAll('-', ':'),
      mac.replaceAll('-', ''),
      `${mac}-00`,
      mac.slice(3),
      `${mac.slice(0, 16)}g`,
      'x',
    ];
    for (const other of others) {
      const refused = await put(other, { a: 1 });
      expect([other, refused.status, refused.body.code]).toEqual([other, 400, 'INVALID_OPERATION']);
    }
  });

  it.each([
    ['content', {}],
    ['content', { content: null }],
    ['content', { content: [] }],
    ['content', { content: 'text' }],
    ['content.a', { content: { a: 'a\u0000b' } }],
    ['content', { content: { a: 'x'.repeat(600_000) } }],
    ['allow_overwrite', { content: {}, allow_overwrite: 'yes' }],
    ['mac_address', { content: {}, mac_address: '00-00-00-00-00-01' }],
    ['device_name', { content: {}, device_name: 'x' }],
    ['tenant_id', { content: {}, tenant_id: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' }],
  ])('refuses a wrong %s', async (path, body) => {
    const refused = await ask('PUT', `/${aMac()}`, body);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ path }],
      details: { errors: [{ field: path }] },
    });
  });

  it('takes back what GET gave', async () => {
    const mac = aMac();
    await put(mac, { deviceName: 'a' });
    const { body } = await ask('GET', `/${mac}`);
    expect((await ask('PUT', `/${mac}`, body)).status).toBe(200);
    expect((await ask('PUT', `/${mac}`, { ...body, content: { deviceName: 'b' } })).status).toBe(200);
    expect((await ask('PUT', `/${mac}`, { ...body, version: 9 })).status).toBe(400);
  });

  it('refuses an edit of another state than the stored one', async () => {
    const mac = aMac();
    const tag = String((await put(mac, { a: 1 })).headers.etag);
    const edited = await put(mac, { a: 2 }, {}, { token, headers: { 'if-match': tag } });
    expect(edited.status).toBe(200);
    const lost = await put(mac, { a: 3 }, {}, { token, headers: { 'if-match': tag } });
    expect([lost.status, lost.body.type]).toEqual([412, 'urn:fieldline:problem:precondition.failed']);
    expect((await ask('DELETE', `/${mac}`, undefined, { token, headers: { 'if-match': tag } })).status).toBe(412);
    expect((await put(aMac(), { a: 1 }, {}, { token, headers: { 'if-match': '*' } })).status).toBe(412);
  });
});

describe('GET /api/configs', () => {
  it('lists, filters, sorts and counts', async () => {
    const { token: own } = await server.signUp();
    const as = { token: own };
    expect((await ask('GET', '', undefined, as)).body).toEqual({ configs: [], count: 0 });
    await put('aa-00-00-00-00-02', { deviceName: 'b 50%', enableOTA: true }, {}, as);
    await put('aa-00-00-00-00-01', { deviceName: 'c', deviceEntityId: 'e' }, {}, as);
    await put('aa-00-00-00-00-03', {}, {}, as);
    const macs = async (query: string) =>
      ((await ask('GET', query, undefined, as)).body.configs as { mac_address: string }[]).map((one) =>
        one.mac_address.slice(-2),
      );
    expect(await macs('')).toEqual(['01', '02', '03']);
    expect(await macs('?sort=device_name')).toEqual(['02', '01', '03']);
    expect(await macs('?q=50%25')).toEqual(['02']);
    expect(await macs('?q=AA:00:00:00:00:03')).toEqual(['03']);
    expect(await macs('?enable_ota=true')).toEqual(['02']);
    expect(await macs('?skip=1&limit=1')).toEqual(['02']);
    const page = await ask('GET', '?limit=1', undefined, as);
    expect(page.body.count).toBe(3);
    expect(page.body.configs[0]).not.toHaveProperty('content');
    expect((await ask('GET', '?enable_ota=maybe', undefined, as)).status).toBe(400);
  });
});

describe('DELETE /api/configs/{mac}', () => {
  it('deletes once, and lets the MAC begin anew', async () => {
    const mac = aMac();
    await put(mac, { a: 1 });
    const gone = await ask('DELETE', `/${mac}`);
    expect([gone.status, gone.body]).toEqual([204, '']);
    const again = await ask('DELETE', `/${mac}`);
    expect([again.status, again.body.code, again.body.error]).toEqual([
      404,
      'RECORD_NOT_FOUND',
      `Config ${mac} was not found`,
    ]);
    expect((await ask('GET', `/${mac}`)).status).toBe(404);
    const made = await put(mac, { a: 2 }, { allow_overwrite: false });
    expect([made.status, made.body.version]).toEqual([201, 3]);
    expect(await recordsOf(mac)).toEqual(['config.created', 'config.deleted', 'config.created']);
  });
});

describe('GET /api/configs/{mac}.json', () => {
  const aDevice = async (mac: string): Promise<{ id: string; key: string }> => {
    const device = await server.http('POST', '/api/v1/devices', { token, body: { name: `d ${mac}`, mac } });
    const key = await server.http('POST', `/api/v1/devices/${device.body.id}/keys`, { token, body: {} });
    return { id: String(device.body.id), key: String(key.body.key) };
  };
  const get = (mac: string, request: TestRequest) => server.http('GET', `${url}/${mac}.json`, request);

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
    expect((await get(mac, { token })).status).toBe(200);
    expect((await get(mac, { token: stranger })).status).toBe(404);
    const nobody = await get(mac, {});
    expect([nobody.status, nobody.body.type]).toEqual([401, 'urn:fieldline:problem:auth.missing_credentials']);
    expect((await get('a4:cf:12:6b:00:7e', { token })).status).toBe(400);
  });
});

describe('the revisions of a config', () => {
  it('are listed, read, compared and restored', async () => {
    const mac = aMac();
    await put(mac, { name: 'a', pins: [1, 2] });
    await put(mac, { name: 'b', pins: [1] });
    await ask('DELETE', `/${mac}`);
    const list = await ask('GET', `/${mac}/revisions`);
    expect(list.headers['x-total-count']).toBe('3');
    expect(list.body).toEqual([
      expect.objectContaining({ revision: 3, by: 'user', deleted: true, current: true, restored_from: null }),
      expect.objectContaining({ revision: 2, deleted: false, current: false, by_id: expect.any(String) }),
      expect.objectContaining({ revision: 1 }),
    ]);
    expect((await ask('GET', `/${mac}/revisions/1`)).body.content).toEqual({ name: 'a', pins: [1, 2] });
    expect((await ask('GET', `/${mac}/revisions/3`)).body.content).toBeNull();
    expect((await ask('GET', `/${mac}/diff?from=1&to=2`)).body).toEqual({
      from: 1,
      to: 2,
      changes: [
        { op: 'replace', path: '/name', before: 'a', after: 'b' },
        { op: 'remove', path: '/pins/1', before: 2 },
      ],
    });
    const restored = await ask('POST', `/${mac}/revisions/1/restore`);
    expect([restored.status, restored.body]).toMatchObject([200, { version: 4, content: { name: 'a', pins: [1, 2] } }]);
    expect((await ask('GET', `/${mac}/revisions?limit=1`)).body[0]).toMatchObject({ revision: 4, restored_from: 1 });
    expect((await ask('GET', `/${mac}/diff?to=1`)).body).toMatchObject({ from: 0, changes: [{ op: 'add', path: '' }] });
    expect(await recordsOf(mac)).toEqual(['config.created', 'config.updated', 'config.deleted', 'config.created']);
  });

  it('refuses to restore what is nothing, and revisions that never were', async () => {
    const mac = aMac();
    await put(mac, { a: 1 });
    await ask('DELETE', `/${mac}`);
    expect((await ask('POST', `/${mac}/revisions/2/restore`)).status).toBe(422);
    expect((await ask('POST', `/${mac}/revisions/9/restore`)).body.type).toContain('config_revision.not_found');
    expect((await ask('GET', `/${mac}/diff?from=9`)).status).toBe(404);
    expect((await ask('GET', `/${aMac()}/revisions`)).status).toBe(404);
    expect((await ask('GET', `/${mac}/revisions`, undefined, { token: stranger })).status).toBe(404);
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
    const profile = await server.http('POST', '/api/v1/device-profiles', {
      token,
      body: { name: `p ${mac}`, config_schema },
    });
    await server.http('POST', '/api/v1/devices', { token, body: { name: mac, mac, profile_id: profile.body.id } });
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
    const profile = await server.http('POST', '/api/v1/device-profiles', {
      token,
      body: { name: `p ${mac}`, config_schema: schema },
    });
    await server.http('POST', '/api/v1/devices', { token, body: { name: mac, mac, profile_id: profile.body.id } });
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
    const as = { token: (await server.signUp()).token };
    const made = async (path: string, body: object) =>
      String((await server.http('POST', `/api/v1/${path}`, { ...as, body })).body.id);
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
    const label = await server.http('POST', '/api/v1/labels', { token, body: { name: `l ${aMac()}` } });
    const body = { label_id: label.body.id, content: {} };
    expect((await ask('POST', '/assignments', body, { token: stranger })).status).toBe(404);
    expect((await ask('POST', '/assignments', body)).body).toMatchObject({ devices: 0, failed: [] });
  });
});

describe('access to configs', () => {
  it('is the tenant’s, and changing them is for editors', async () => {
    const cast = await aCast(server);
    const mac = aMac();
    expect((await put(mac, { a: 1 }, {}, { token: cast.users.viewer })).status).toBe(403);
    expect((await put(mac, { a: 1 }, {}, { token: cast.users.editor })).status).toBe(201);
    expect((await ask('GET', `/${mac}`, undefined, { token: cast.users.viewer })).status).toBe(200);
    expect((await ask('GET', `/${mac}`, undefined, { apiKey: cast.keys.read })).status).toBe(200);
    expect((await put(mac, { a: 2 }, {}, { apiKey: cast.keys.write })).status).toBe(200);
    expect((await ask('GET', `/${mac}/revisions`, undefined, { apiKey: cast.keys.read })).body[0].by).toBe('api_key');
    expect((await ask('GET', `/${mac}`)).status).toBe(404);
    expect((await ask('GET', '', undefined, {})).status).toBe(401);
  });
});

describe('a save that fails on its way', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('leaves nothing: no config, no revision, no record', async () => {
    const mac = aMac();
    jest.spyOn(server.app.get(Notices), 'owe').mockRejectedValueOnce(new Error('the disk is full'));
    const failed = await put(mac, { a: 1 });
    expect([failed.status, failed.body.code]).toEqual([500, 'PROCESSING_ERROR']);
    expect((await ask('GET', `/${mac}/revisions`)).status).toBe(404);
    expect(await recordsOf(mac)).toEqual([]);
    expect((await put(mac, { a: 1 })).body.version).toBe(1);
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
    expect((await server.http('GET', `${url}/${mac}.json`, { headers: { authorization } })).status).toBe(401);
  });

  it('opens nothing where it is not set', async () => {
    expect((await server.http('GET', `${url}/${aMac()}.json`)).status).toBe(401);
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
