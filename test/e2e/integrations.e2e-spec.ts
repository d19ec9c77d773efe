import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { answer, HttpSink } from '../support/http-sink.js';
import { MqttSink } from '../support/mqtt-sink.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const url = '/api/v1/integrations';
const mask = '********';
let server: TestApp;
let token: string;
let stranger: string;
let sink: HttpSink;
let broker: MqttSink;

beforeAll(async () => {
  [server, sink, broker] = await Promise.all([startTestApp(), HttpSink.start(), MqttSink.start()]);
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => Promise.all([server.close(), sink.close(), broker.close()]));

const ask = (method: string, path: string, body?: unknown, as = token): Promise<TestAnswer> =>
  server.http(method, path, { token: as, ...(body === undefined ? {} : { body }) });
let made = 0;
const aName = (): string => `integration ${(made += 1)}`;
const anIntegration = async (given: object = {}, as = token): Promise<Body> =>
  (await ask('POST', url, { name: aName(), type: 'http', config: { url: `${sink.url}/hook` }, ...given }, as)).body;
const laneOf = async (id: string): Promise<Body> =>
  (await server.database.query<Body>('SELECT * FROM lanes WHERE id = $1', [id]))[0];

describe('POST /integrations', () => {
  it('makes an integration and the lane of its deliveries', async () => {
    const name = aName();
    const config = {
      url: 'https://example.org/{{device.dev_eui}}',
      method: 'PUT',
      max_in_flight: 3,
      rate_per_second: 2,
    };
    const made = await ask('POST', url, { name, description: 'd', type: 'http', config });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      name,
      description: 'd',
      type: 'http',
      config,
      enabled: true,
      status: 'active',
      health: 'ok',
      deliveries: { waiting: 0, failed: 0, next_attempt_at: null, failing_since: null, disabled_reason: null },
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `${url}/${made.body.id}`)).body).toEqual(made.body);
    expect(await laneOf(made.body.id)).toMatchObject({
      kind: 'deliveries',
      disabled: false,
      max_in_flight: 3,
      rate_per_second: 2,
    });
  });

  it('names every fault by its path, and unknown fields too', async () => {
    const bad = await ask('POST', url, {
      name: aName(),
      type: 'http',
      config: { url: 'x', headers: { A: 1 }, colour: 'red' },
    });
    expect([bad.status, bad.body.code]).toEqual([400, 'validation.failed']);
    expect(bad.body.errors.map((error: Body) => error.path).sort()).toEqual([
      'config.colour',
      'config.headers.A',
      'config.url',
    ]);
    const unknown = await ask('POST', url, {
      name: aName(),
      type: 'http',
      config: { url: sink.url },
      tenant_id: nobodysId,
    });
    expect(unknown.body.errors).toEqual([{ path: 'tenant_id', message: 'unknown field' }]);
    const type = await ask('POST', url, { name: aName(), type: 'smtp', config: {} });
    expect(type.body.errors.map((error: Body) => error.path)).toEqual(['type']);
  });

  it.each([
    ['http', { url: 'http://169.254.169.254/latest/meta-data' }, 'config.url'],
    ['http', { url: 'http://0x0a000001/' }, 'config.url'],
    ['mqtt', { host: '10.0.0.1', topic: 't' }, 'config.host'],
  ])('refuses an address inside: %s %j', async (type, config, path) => {
    const refused = await ask('POST', url, { name: aName(), type, config });
    expect([refused.status, refused.body.code]).toEqual([400, 'egress.refused']);
    expect(refused.body.errors).toEqual([{ path, message: expect.stringContaining('EGRESS_ALLOW_CIDRS') }]);
  });

  it('refuses a name that is taken, but not one of another tenant or of a deleted integration', async () => {
    const { id, name } = await anIntegration();
    const again = await ask('POST', url, { name, type: 'http', config: { url: sink.url } });
    expect([again.status, again.body.code]).toEqual([409, 'integration.name_taken']);
    expect(await anIntegration({ name }, stranger)).toMatchObject({ name });
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(204);
    expect(await anIntegration({ name })).toMatchObject({ name });
  });
});

describe('secrets of an integration', () => {
  const secrets = {
    headers: { 'X-Key': { value: 'canary-header', secret: true }, Authorization: 'Token canary-auth-header' },
    signing_secret: `whsec_${Buffer.from('canary-signing-secret-24').toString('base64')}`,
  };

  it('are masked wherever the integration is read and lie sealed in the database', async () => {
    const { id, config } = await anIntegration({ config: { url: sink.url, ...secrets } });
    expect(config).toMatchObject({
      headers: { 'X-Key': { value: mask, secret: true }, Authorization: { value: mask, secret: true } },
      signing_secret: mask,
    });
    const list = JSON.stringify((await ask('GET', `${url}?limit=1000`)).body);
    const rows = JSON.stringify(await server.database.query('SELECT * FROM integrations WHERE id = $1', [id]));
    for (const text of [list, rows]) {
      for (const canary of ['canary', secrets.signing_secret.slice(6)]) expect(text).not.toContain(canary);
    }
  });

  it('are kept by a PUT of what GET gave, also a second time, and sent', async () => {
    const { id } = await anIntegration({ config: { url: sink.url, ...secrets } });
    const got = (await ask('GET', `${url}/${id}`)).body;
    expect((await ask('PUT', `${url}/${id}`, got)).body).toEqual(got);
    const moved = { ...got, config: { ...got.config, url: `${sink.url}/moved` } };
    expect((await ask('PUT', `${url}/${id}`, moved)).body).toMatchObject({ version: 2 });
    expect((await ask('PUT', `${url}/${id}`, moved)).body).toMatchObject({ version: 2 });
    sink.clear();
    expect((await ask('POST', `${url}/${id}/test`, {})).body.status).toBe('delivered');
    expect(sink.requests[0]?.headers).toMatchObject({
      'x-key': 'canary-header',
      authorization: 'Token canary-auth-header',
    });
    expect(sink.requests[0]?.url).toBe('/moved');
  });

  it('are not kept by a mask where nothing was stored', async () => {
    const refused = await ask('POST', url, {
      name: aName(),
      type: 'mqtt',
      config: { host: 'h', topic: 't', password: mask },
    });
    expect(refused.body.errors.map((error: Body) => error.path)).toEqual(['config.password']);
  });

  it('stay out of a test that shows request and response, also when the endpoint echoes them', async () => {
    sink.script((request, response) => response.end(JSON.stringify(request.headers)));
    const auth = { type: 'basic', username: 'user', password: 'canary-password' };
    const { id } = await anIntegration({
      config: { url: sink.url, auth, headers: { 'X-Key': secrets.headers['X-Key'] } },
    });
    const tried = await ask('POST', `${url}/${id}/test`, { message: { a: 1 } });
    expect(tried.body).toMatchObject({
      status: 'delivered',
      request: { headers: { 'X-Key': mask, Authorization: mask } },
    });
    const text = JSON.stringify(tried.body);
    expect(text).not.toContain('canary');
    expect(text).not.toContain(Buffer.from('user:canary-password').toString('base64'));
  });
});

describe('PUT and PATCH /integrations/{id}', () => {
  it('leaves absent fields alone, clears with null, and replaces a config that is given', async () => {
    const { id } = await anIntegration({ description: 'd', config: { url: sink.url, timeout_ms: 5_000 } });
    expect((await ask('PUT', `${url}/${id}`, { enabled: false })).body).toMatchObject({
      description: 'd',
      enabled: false,
      status: 'inactive',
      health: 'disabled',
      version: 2,
    });
    expect(await laneOf(id)).toMatchObject({ disabled: true });
    const put = await ask('PUT', `${url}/${id}`, {
      description: null,
      enabled: true,
      config: { url: `${sink.url}/2` },
    });
    expect(put.body).toMatchObject({
      description: null,
      enabled: true,
      health: 'ok',
      config: { url: `${sink.url}/2` },
    });
    expect(put.body.config).not.toHaveProperty('timeout_ms');
  });

  it('merges a patch into the config and keeps its secrets', async () => {
    const config = {
      url: sink.url,
      timeout_ms: 5_000,
      headers: { 'X-Key': { value: 'k-secret', secret: true }, B: 'b' },
    };
    const { id } = await anIntegration({ config });
    const patched = await ask('PATCH', `${url}/${id}`, {
      config: { timeout_ms: null, headers: { B: 'c' }, max_in_flight: 7 },
    });
    expect(patched.body.config).toEqual({
      url: sink.url,
      headers: { 'X-Key': { value: mask, secret: true }, B: 'c' },
      max_in_flight: 7,
    });
    expect(await laneOf(id)).toMatchObject({ max_in_flight: 7 });
    sink.clear();
    await ask('POST', `${url}/${id}/test`, {});
    expect(sink.requests[0]?.headers['x-key']).toBe('k-secret');
  });

  it('takes another type only with its config, and gives it none of the old secrets', async () => {
    const { id } = await anIntegration({ config: { url: sink.url, auth: { type: 'bearer', token: 'secret-token' } } });
    const alone = await ask('PUT', `${url}/${id}`, { type: 'mqtt' });
    expect(alone.body.errors.map((error: Body) => error.path)).toEqual(['config']);
    const changed = await ask('PUT', `${url}/${id}`, { type: 'mqtt', config: { host: broker.host, topic: 't' } });
    expect(changed.body).toMatchObject({ type: 'mqtt', config: { host: broker.host, topic: 't' } });
    const [row] = await server.database.query<Body>('SELECT secrets_sealed FROM integrations WHERE id = $1', [id]);
    expect(row.secrets_sealed).toBeNull();
  });

  it('refuses to set what is read-only, and a lost update', async () => {
    const { id, updated_at, version } = await anIntegration();
    for (const edit of [{ id: nobodysId }, { status: 'inactive' }, { version: 9 }, { health: 'fine' }]) {
      expect((await ask('PUT', `${url}/${id}`, edit)).status).toBe(400);
    }
    const read = await ask('GET', `${url}/${id}`);
    await ask('PUT', `${url}/${id}`, { description: 'somebody else was faster' });
    const headers = { 'if-match': String(read.headers['etag']) };
    const lost = await server.http('PUT', `${url}/${id}`, { token, headers, body: { description: 'mine' } });
    expect([lost.status, lost.body.code, version, updated_at]).toEqual([
      412,
      'precondition.failed',
      1,
      read.body.updated_at,
    ]);
  });
});

describe('GET and DELETE /integrations', () => {
  it('lists with filters, in order and by pages', async () => {
    const { token: fresh } = await server.signUp();
    await anIntegration({ name: 'b' }, fresh);
    await anIntegration(
      { name: 'a', type: 'mqtt', config: { host: 'broker.example.org', topic: 't' }, enabled: false },
      fresh,
    );
    const names = async (query: string): Promise<string[]> =>
      (await ask('GET', `${url}${query}`, undefined, fresh)).body.map((row: Body) => row.name);
    expect(await names('')).toEqual(['a', 'b']);
    expect(await names('?sort=-name')).toEqual(['b', 'a']);
    expect(await names('?type=mqtt')).toEqual(['a']);
    expect(await names('?status=active')).toEqual(['b']);
    expect(await names('?name=B')).toEqual(['b']);
    const page = await ask('GET', `${url}?limit=1`, undefined, fresh);
    expect([page.headers['x-total-count'], page.headers['link']]).toEqual(['2', expect.stringContaining('skip=1')]);
  });

  it('hides what is deleted or belongs to another tenant', async () => {
    const { id } = await anIntegration();
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '', { name: 'x' }],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/test', {}],
    ] as const) {
      const answered = await ask(method, `${url}/${id}${path}`, body, stranger);
      expect([answered.status, answered.body.code]).toEqual([404, 'integration.not_found']);
    }
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(204);
    expect((await ask('GET', `${url}/${id}`)).status).toBe(404);
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(404);
  });
});

describe('POST /integrations/{id}/test', () => {
  it('sends one sample over HTTP and shows both sides', async () => {
    sink.clear();
    sink.script(answer(201, '{"ok":true}'));
    const { id } = await anIntegration({ enabled: false });
    const tried = await ask('POST', `${url}/${id}/test`);
    expect(tried.status).toBe(200);
    expect(tried.body).toMatchObject({
      status: 'delivered',
      duration_ms: expect.any(Number),
      request: { method: 'POST', url: `${sink.url}/hook`, headers: { 'Content-Type': 'application/json' } },
      response: { status: 201, body: '{"ok":true}' },
    });
    expect(JSON.parse(sink.requests[0]?.body ?? '')).toMatchObject({ event: 'up', data: { temperature: 21.5 } });
  });

  it('says why a message did not arrive', async () => {
    sink.script(answer(500, 'broken'));
    const { id } = await anIntegration();
    expect((await ask('POST', `${url}/${id}/test`, { message: { a: 1 } })).body).toMatchObject({
      status: 'failed',
      response: { status: 500, body: 'broken' },
      error: { code: 'http.status_500' },
    });
    const needy = await anIntegration({ config: { url: `${sink.url}/{{data.nothing}}` } });
    expect((await ask('POST', `${url}/${needy.id}/test`, { message: { a: 1 } })).body).toMatchObject({
      status: 'failed',
      request: null,
      error: { code: 'template.missing_value' },
    });
  });

  it('publishes over MQTT', async () => {
    const config = { host: broker.host, port: broker.port, topic: 'up/{{device.dev_eui}}' };
    const { id } = await anIntegration({ type: 'mqtt', config });
    const tried = await ask('POST', `${url}/${id}/test`, { message: { device: { dev_eui: 'ab/cd' }, data: 1 } });
    expect(tried.body).toMatchObject({
      status: 'delivered',
      request: { topic: 'up/ab_cd', qos: 1, port: broker.port },
    });
    const [message] = await broker.received(1);
    expect(message).toMatchObject({ topic: 'up/ab_cd', payload: '{"device":{"dev_eui":"ab/cd"},"data":1}' });
  });
});
