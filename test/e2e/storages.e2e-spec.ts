import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { InfluxSink } from '../support/influx-sink.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const url = '/api/v1/storages';
const mask = '********';
let server: TestApp;
let token: string;
let stranger: string;
let sink: InfluxSink;

beforeAll(async () => {
  [server, sink] = await Promise.all([startTestApp(), InfluxSink.start()]);
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => Promise.all([server.close(), sink.close()]));

const ask = (method: string, path: string, body?: unknown, as = token): Promise<TestAnswer> =>
  server.http(method, path, { token: as, ...(body === undefined ? {} : { body }) });
let made = 0;
const aName = (): string => `storage ${(made += 1).toString()}`;
/** As document 001 has it: the seven fields, all beside each other. */
const asked = (given: object = {}) => ({
  name: aName(),
  type: 'influxdb',
  host: 'influx.example.org',
  port: 8086,
  database: 'telemetry',
  username: 'writer',
  password: 'influx-secret',
  ...given,
});
const aStorage = async (given: object = {}, as = token): Promise<Body> =>
  (await ask('POST', url, asked(given), as)).body;
const problemOf = ({ status, body }: TestAnswer): unknown => [status, body.code];

describe('POST /storages', () => {
  it('makes a storage of document 001’s seven fields, and the lane of its deliveries', async () => {
    const request = asked({ max_in_flight: 3 });
    const answer = await ask('POST', url, request);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...request,
      password: mask,
      id: expect.any(String),
      description: null,
      enabled: true,
      status: 'active',
      health: 'ok',
      deliveries: { waiting: 0, failed: 0, next_attempt_at: null, failing_since: null, disabled_reason: null },
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `${url}/${answer.body.id}`)).body).toEqual(answer.body);
    expect((await ask('GET', `/api/v1/storage/${answer.body.id}`)).body).toEqual(answer.body);
    const lanes = await server.database.query('SELECT kind, max_in_flight FROM lanes WHERE id = $1', [answer.body.id]);
    expect(lanes).toEqual([{ kind: 'deliveries', max_in_flight: 3 }]);
  });

  it('names every fault by its path, and unknown fields too', async () => {
    const bad = await ask('POST', url, asked({ port: '8086', org: 'x', tags: { a: '{{' } }));
    expect(problemOf(bad)).toEqual([400, 'validation.failed']);
    expect(bad.body.errors.map((error: Body) => error.path).sort()).toEqual(['org', 'port', 'tags.a']);
    const unknown = await ask('POST', url, asked({ tenant_id: nobodysId }));
    expect(unknown.body.errors).toEqual([{ path: 'tenant_id', message: 'unknown field' }]);
    expect((await ask('POST', url, asked({ type: 'mongodb' }))).body.errors).toMatchObject([{ path: 'type' }]);
  });

  it.each(['169.254.169.254', '0x0a000001', '10.0.0.1', '[fd00::1]'])('refuses an address inside: %s', async (host) => {
    const refused = await ask('POST', url, asked({ host }));
    expect(problemOf(refused)).toEqual([400, 'egress.refused']);
    expect(refused.body.errors).toMatchObject([{ path: 'host' }]);
  });

  it('refuses a name that is taken, but not one of another tenant or of a deleted storage', async () => {
    const { id, name } = await aStorage();
    expect(problemOf(await ask('POST', url, asked({ name })))).toEqual([409, 'storage.name_taken']);
    expect(await aStorage({ name }, stranger)).toMatchObject({ name });
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(204);
    expect(await aStorage({ name })).toMatchObject({ name });
  });

  it('refuses who is not known, and who only reads', async () => {
    expect((await server.http('POST', url, { body: asked() })).status).toBe(401);
    const key = await ask('POST', '/api/v1/api-keys', { name: aName(), scopes: ['read'] });
    const asKey = { apiKey: String(key.body.key), body: asked() };
    expect((await server.http('POST', url, asKey)).status).toBe(403);
  });
});

describe('secrets of a storage', () => {
  it('are masked wherever it is read, lie sealed, and are kept by a PUT of what GET gave', async () => {
    const v2 = { type: 'influxdb2', database: undefined, username: undefined, password: undefined };
    for (const given of [{ password: 'canary-password' }, { ...v2, org: 'o', bucket: 'b', token: 'canary-token' }]) {
      const storage = await aStorage(given);
      expect([storage.password, storage.token]).toContain(mask);
      const rows = await server.database.query('SELECT * FROM storages WHERE id = $1', [storage.id]);
      const list = (await ask('GET', `${url}?limit=1000`)).body;
      const audit = (await ask('GET', '/api/v1/audit?limit=1000')).body;
      expect(JSON.stringify([storage, rows, list, audit])).not.toContain('canary');
      expect((await ask('PUT', `${url}/${storage.id}`, storage)).body).toEqual(storage);
    }
  });

  it('do not travel to another type, and a mask without a secret behind it is refused', async () => {
    const { id } = await aStorage();
    const edit = { type: 'postgresql', host: 'db.example.org', database: 'd', username: 'u', password: mask };
    expect((await ask('PUT', `${url}/${id}`, edit)).body.errors).toMatchObject([{ path: 'password' }]);
    const moved = await ask('PUT', `${url}/${id}`, { ...edit, password: 'another' });
    expect(moved.body).toMatchObject({ type: 'postgresql', host: 'db.example.org', password: mask, version: 2 });
    expect(moved.body).not.toHaveProperty('port');
  });
});

describe('PUT and PATCH /storages/{id}', () => {
  it('leave absent fields alone, clear with null, and count only what changed', async () => {
    const { id } = await aStorage({ tags: { site: 'north', floor: '2' } });
    const cleared = await ask('PUT', `${url}/${id}`, { port: null, tags: { site: 'south' } });
    expect(cleared.body).toMatchObject({ host: 'influx.example.org', tags: { site: 'south' }, version: 2 });
    expect(cleared.body).not.toHaveProperty('port');
    const merged = await ask('PATCH', `${url}/${id}`, { tags: { floor: '3' } });
    expect(merged.body).toMatchObject({ tags: { site: 'south', floor: '3' }, version: 3 });
    expect((await ask('PATCH', `${url}/${id}`, { tags: { floor: '3' } })).body.version).toBe(3);
  });

  it('refuse a lost update, a read-only field, and what would lead inside', async () => {
    const { id } = await aStorage();
    const etag = String((await ask('GET', `${url}/${id}`)).headers['etag']);
    const edit = (ifMatch: string) =>
      server.http('PUT', `${url}/${id}`, { token, headers: { 'if-match': ifMatch }, body: { description: ifMatch } });
    expect((await edit(etag)).status).toBe(200);
    expect((await edit(etag)).status).toBe(412);
    expect((await ask('PUT', `${url}/${id}`, { version: 9 })).status).toBe(400);
    expect(problemOf(await ask('PATCH', `${url}/${id}`, { host: '10.0.0.1' }))).toEqual([400, 'egress.refused']);
  });

  it('answer 404 for a stranger’s storage, and leave it as it is', async () => {
    const { id } = await aStorage();
    for (const [method, path, body] of [
      ['GET', ''],
      ['PUT', '', { name: 'mine' }],
      ['DELETE', ''],
      ['POST', '/test', {}],
      ['POST', '/pause'],
      ['POST', '/replay', { failed: true }],
      ['GET', '/history'],
    ] as const) {
      expect(problemOf(await ask(method, `${url}/${id}${path}`, body, stranger))).toEqual([404, 'storage.not_found']);
    }
    expect((await ask('GET', `${url}/${id}`)).body).toMatchObject({ id, version: 1, health: 'ok' });
  });
});

describe('GET /storages', () => {
  it('filters, sorts and pages', async () => {
    const { token: other } = await server.signUp();
    for (const name of ['b old', 'c', 'a old']) await aStorage({ name, enabled: name !== 'c' }, other);
    const names = async (query: string) =>
      (await ask('GET', `${url}?${query}`, undefined, other)).body.map(({ name }: Body) => name);
    expect(await names('')).toEqual(['a old', 'b old', 'c']);
    expect(await names('sort=-name&limit=1&skip=1')).toEqual(['b old']);
    expect(await names('name=OLD')).toEqual(['a old', 'b old']);
    expect(await names('status=inactive')).toEqual(['c']);
    expect(await names('type=postgresql')).toEqual([]);
    const listed = await ask('GET', '/api/v1/storage?limit=2', undefined, other);
    expect([listed.headers['x-total-count'], listed.headers['link']]).toEqual(['3', expect.stringContaining('next')]);
  });
});

describe('the audit of storages', () => {
  it('says who did what', async () => {
    const { id, name } = await aStorage();
    await ask('PATCH', `${url}/${id}`, { password: 'another', description: 'd' });
    await ask('POST', `${url}/${id}/pause`);
    await ask('POST', `${url}/${id}/pause`);
    await ask('DELETE', `${url}/${id}`);
    const rows = await server.database.query<Body>(
      'SELECT action, subject_name, changes FROM audit_log WHERE subject_id = $1 ORDER BY id',
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['storage.created', 'storage.updated', 'storage.paused', 'storage.deleted'],
    ]);
    expect(rows[1]).toMatchObject({ subject_name: name, changes: { description: { before: null, after: 'd' } } });
  });
});

describe('POST /storages/{id}/test', () => {
  const real = () => ({ host: '127.0.0.1', port: sink.port });

  it('writes a sample point to InfluxDB, reads it again, and shows both without secrets', async () => {
    const { id } = await aStorage({ ...real(), enabled: false });
    const { status, body } = await ask('POST', `${url}/${id}/test`, {});
    expect([status, body.status, body.read?.status]).toEqual([200, 'delivered', 'found']);
    expect(body.request).toMatchObject({
      method: 'POST',
      headers: { authorization: mask },
      body: expect.stringMatching(
        /^fieldline_test,dev_eui=\w+,device=Sample\\ sensor,.* temperature=21.5,humidity=48 \d{13}$/,
      ),
    });
    expect(JSON.stringify(body)).not.toContain('influx-secret');
    expect(sink.points.at(-1)).toMatchObject({ measurement: 'fieldline_test', fields: { temperature: 21.5 } });
  });

  it('writes a message of one’s own as a flow would', async () => {
    const { id } = await aStorage({ ...real(), measurement: 'climate' });
    const { body } = await ask('POST', `${url}/${id}/test`, { message: { data: { t: 1 } } });
    expect(body).toMatchObject({ status: 'delivered', request: { body: expect.stringContaining('climate t=1 ') } });
  });

  it('shows what went wrong', async () => {
    const wrong = await aStorage({ ...real(), password: 'not it' });
    expect((await ask('POST', `${url}/${wrong.id}/test`, {})).body).toMatchObject({
      status: 'failed',
      response: { status: 401 },
      error: { code: 'influxdb.status_401', message: expect.stringContaining('authorization failed') },
    });
    const empty = await ask('POST', `${url}/${wrong.id}/test`, { message: {} });
    expect(empty.body).toMatchObject({ status: 'failed', request: null, error: { code: 'point.no_values' } });
    const nobody = await aStorage({ ...real(), port: 1 });
    const refused = await ask('POST', `${url}/${nobody.id}/test`, {});
    expect(refused.body).toMatchObject({ status: 'failed', error: { code: 'influxdb.connection' } });
  });
});

describe('DELETE /storages/{id}', () => {
  it('is refused while a flow uses it, and by force takes it out of the flow', async () => {
    const device = (await ask('POST', '/api/v1/devices', { name: aName() })).body;
    const { id } = await aStorage();
    const node = (nodeId: string, type: string, entityId: string) => ({ id: nodeId, type, data: { entityId } });
    const flow = await ask('POST', '/api/v1/flows', {
      name: aName(),
      nodes: [node('d', 'device', device.id), { ...node('s', 'storage', ''), data: { storageId: id } }],
      edges: [{ source: 'd', target: 's' }],
    });
    expect([flow.status, flow.body.nodes?.[1]?.data.entityId]).toEqual([201, id]);
    const refused = await ask('DELETE', `${url}/${id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'resource.in_use']);
    expect((await ask('DELETE', `${url}/${id}?force=true`)).status).toBe(204);
    expect((await ask('GET', `/api/v1/flows/${flow.body.id}`)).body.nodes).toHaveLength(1);
    expect((await ask('GET', `${url}/${id}`)).status).toBe(404);
  });
});
