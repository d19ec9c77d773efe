import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Notices } from '../../src/core/notices/notices.js';
import { aCast } from '../support/cast.js';
import { aMac, ConfigLab } from '../support/config-lab.js';

const lab = new ConfigLab();
const { url, ask, put } = lab;
const recordsOf = async (mac: string): Promise<string[]> => {
  const rows = await lab.server.database.query<{ action: string }>(
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
    const { body } = await lab.server.http('GET', `${url}/${mac}.json`, { token: lab.token });
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
    const edited = await put(mac, { a: 2 }, {}, { token: lab.token, headers: { 'if-match': tag } });
    expect(edited.status).toBe(200);
    const lost = await put(mac, { a: 3 }, {}, { token: lab.token, headers: { 'if-match': tag } });
    expect([lost.status, lost.body.type]).toEqual([412, 'urn:fieldline:problem:precondition.failed']);
    expect((await ask('DELETE', `/${mac}`, undefined, { token: lab.token, headers: { 'if-match': tag } })).status).toBe(
      412,
    );
    expect((await put(aMac(), { a: 1 }, {}, { token: lab.token, headers: { 'if-match': '*' } })).status).toBe(412);
  });
});

describe('GET /api/configs', () => {
  it('lists, filters, sorts and counts', async () => {
    const { token: own } = await lab.server.signUp();
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
    expect((await ask('GET', `/${mac}/revisions`, undefined, { token: lab.stranger })).status).toBe(404);
  });
});

describe('access to configs', () => {
  it('is the tenant’s, and changing them is for editors', async () => {
    const cast = await aCast(lab.server);
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
    jest.spyOn(lab.server.app.get(Notices), 'owe').mockRejectedValueOnce(new Error('the disk is full'));
    const failed = await put(mac, { a: 1 });
    expect([failed.status, failed.body.code]).toEqual([500, 'PROCESSING_ERROR']);
    expect((await ask('GET', `/${mac}/revisions`)).status).toBe(404);
    expect(await recordsOf(mac)).toEqual([]);
    expect((await put(mac, { a: 1 })).body.version).toBe(1);
  });
});
