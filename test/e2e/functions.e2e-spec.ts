import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Usages } from '../../src/core/usage/usages.js';
import { FunctionsService } from '../../src/modules/functions/functions.service.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

/** What the API says of functions, as far as these tests read it; of an error, its problem. */
interface Said extends Record<string, unknown> {
  id: string;
  name: string;
  version: number;
  updated_at: string;
  output: Record<string, unknown> | null;
  code: string;
  detail: string;
  errors?: { path: string; message: string }[];
}
type Answer<T> = Omit<TestAnswer, 'body'> & { body: T };

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
let server: TestApp;
let token: string;
let tenantId: string;
let userId: string;
let stranger: string;

beforeAll(async () => {
  server = await startTestApp();
  ({ token, tenantId, userId } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => server.close());

const url = '/api/v1/functions';
const ask = async (
  method: string,
  path: string,
  body?: unknown,
  as = token,
  headers: Record<string, string> = {},
): Promise<Answer<Said>> => {
  const answer = await server.http(method, path, { token: as, headers, ...(body === undefined ? {} : { body }) });
  return { ...answer, body: answer.body as Said };
};
const askList = async (path: string, as = token): Promise<Answer<Said[]>> => {
  const answer = await server.http('GET', path, { token: as });
  return { ...answer, body: answer.body as Said[] };
};
let made = 0;
const source = (result: string): string => `function f(msg) { return ${result} }`;
const aFunction = async (given: object = {}, as = token): Promise<Said> => {
  made += 1;
  return (await ask('POST', url, { name: `function ${made}`, code: source('msg'), ...given }, as)).body;
};

describe('POST /functions', () => {
  it('makes a function, which is version 1', async () => {
    const answer = await ask('POST', url, {
      name: 'to Fahrenheit',
      code: source('msg'),
      parameters: [{ name: 'factor', type: 'number', default: 1.8 }],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      name: 'to Fahrenheit',
      description: null,
      parameters: [{ name: 'factor', type: 'number', description: null, required: false, default: 1.8 }],
      code: source('msg'),
      status: 'active',
      quarantined_until: null,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `${url}/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('refuses a name that is taken, but not one of another tenant', async () => {
    const { name } = await aFunction();
    const again = await ask('POST', url, { name, code: source('1') });
    expect([again.status, again.body.code]).toEqual([409, 'function.name_taken']);
    expect((await ask('POST', url, { name, code: source('1') }, stranger)).status).toBe(201);
  });

  it('says where the source is wrong', async () => {
    const answer = await ask('POST', url, { name: 'broken', code: 'function f(msg) {\n  return 1 +;\n}' });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path: 'code', message: expect.stringMatching(/line 2/) }]);
    expect((await askList(`${url}?name=broken`)).body).toEqual([]);
  });

  it.each([
    ['name', { code: source('1') }],
    ['code', { name: 'n' }],
    ['code', { name: 'n', code: '' }],
    ['code', { name: 'n', code: 'const x = 1' }],
    ['code', { name: 'n', code: `function f() { return "${'é'.repeat(40_000)}" }` }],
    ['code', { name: 'n', code: 'while (true) {}' }],
    ['code', { name: 'n', code: 'function f() { return "\u0000" }' }],
    ['parameters.0.type', { name: 'n', code: source('1'), parameters: [{ name: 'a' }] }],
    ['parameters.0.colour', { name: 'n', code: source('1'), parameters: [{ name: 'a', type: 't', colour: 1 }] }],
    ['parameters', { name: 'n', code: source('1'), parameters: [1, 2].map(() => ({ name: 'a', type: 't' })) }],
    ['parameters', { name: 'n', code: source('1'), parameters: {} }],
    ['version', { name: 'n', code: source('1'), version: 7 }],
  ])('refuses a wrong %s (%#)', async (path, body) => {
    const answer = await ask('POST', url, body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('validation.failed');
    expect(answer.body.errors).toContainEqual({ path, message: expect.any(String) });
  });
});

describe('GET /functions', () => {
  it('filters, sorts and pages', async () => {
    const { token: own } = await server.signUp();
    for (const name of ['Beta', 'alpha', 'Gamma']) await aFunction({ name }, own);
    const names = async (query: string): Promise<string[]> =>
      (await askList(`${url}?${query}`, own)).body.map((one) => one.name);
    expect(await names('sort=created_at')).toEqual(['Beta', 'alpha', 'Gamma']);
    expect(await names('name=ETA')).toEqual(['Beta']);
    expect(await names('sort=-created_at&skip=1&limit=1')).toEqual(['alpha']);
    expect((await askList(`${url}?limit=1`, own)).headers['x-total-count']).toBe('3');
    expect((await ask('GET', `${url}?sort=code`)).status).toBe(400);
  });
});

describe('PUT and PATCH /functions/:id', () => {
  it('makes a version of new code and of new parameters, not of a new name', async () => {
    const { id } = await aFunction();
    const put = async (body: object): Promise<number> => (await ask('PUT', `${url}/${id}`, body)).body.version;
    expect(await put({ name: 'renamed', description: 'd' })).toBe(1);
    expect(await put({ code: source('1') })).toBe(2);
    expect(await put({ code: source('1') })).toBe(2);
    expect(await put({ parameters: [{ name: 'a', type: 't' }] })).toBe(3);
    expect(await put({ parameters: [{ name: 'a', type: 't', required: false }] })).toBe(3);
    expect((await ask('PATCH', `${url}/${id}`, { parameters: null, description: null })).body).toMatchObject({
      name: 'renamed',
      description: null,
      parameters: [],
      code: source('1'),
      version: 4,
    });
  });

  it('takes back what GET gave, and changes nothing', async () => {
    const { id } = await aFunction({ parameters: [{ name: 'a', type: 't', default: { deep: [1] } }] });
    const read = await ask('GET', `${url}/${id}`);
    expect(await ask('PUT', `${url}/${id}`, read.body)).toMatchObject({ status: 200, body: read.body });
    expect((await askList(`${url}/${id}/versions`)).body).toHaveLength(1);
  });

  it('keeps an edit from overwriting another that its author never saw', async () => {
    const { id } = await aFunction();
    const { etag } = (await ask('GET', `${url}/${id}`)).headers;
    const ifMatch = { 'if-match': String(etag) };
    const first = await ask('PUT', `${url}/${id}`, { code: source('1') }, token, ifMatch);
    expect(first.status).toBe(200);
    expect(first.headers.etag).not.toBe(etag);
    const second = await ask('PUT', `${url}/${id}`, { code: source('2') }, token, ifMatch);
    expect([second.status, second.body.code]).toEqual([412, 'precondition.failed']);
    expect((await ask('GET', `${url}/${id}`)).body.code).toBe(source('1'));
    expect((await ask('PUT', `${url}/${id}`, { code: source('2') }, token, { 'if-match': '*' })).status).toBe(200);
  });

  it('numbers simultaneous saves one after the other', async () => {
    const { id } = await aFunction();
    const saves = await Promise.all([1, 2, 3, 4].map((n) => ask('PUT', `${url}/${id}`, { code: source(String(n)) })));
    expect(saves.map((save) => save.body.version).sort()).toEqual([2, 3, 4, 5]);
  });

  it.each([
    ['id', { id: nobodysId }],
    ['status', { status: 'inactive' }],
    ['version', { version: 99 }],
    ['name', { name: null }],
    ['code', { code: null }],
    ['code', { code: 'function (' }],
    ['language', { language: 'python' }],
  ])('refuses to set %s: %j', async (path, body) => {
    const answer = await ask('PUT', `${url}/${(await aFunction()).id}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.path).toBe(path);
  });
});

describe('/functions/:id/versions', () => {
  it('lists who saved what, the newest first, and brings an old one back as the newest', async () => {
    const { id } = await aFunction({ code: source('1') });
    await ask('PUT', `${url}/${id}`, { code: source('2') });
    const apiKey = String((await ask('POST', '/api/v1/api-keys', { name: 'w', scopes: ['write'] })).body['key']);
    await server.http('PUT', `${url}/${id}`, { apiKey, body: { code: source('3') } });
    const list = await askList(`${url}/${id}/versions`);
    expect(list.headers['x-total-count']).toBe('3');
    expect(list.body.map((one) => [one.version, one['created_by']])).toEqual([
      [3, null],
      [2, userId],
      [1, userId],
    ]);
    expect((await ask('GET', `${url}/${id}/versions/2`)).body).toMatchObject({ version: 2, code: source('2') });
    const restored = await ask('POST', `${url}/${id}/versions/1/restore`);
    expect(restored).toMatchObject({ status: 200, body: { version: 4, code: source('1') } });
    expect((await ask('POST', `${url}/${id}/versions/1/restore`)).body.version).toBe(4);
  });

  it('knows no version that never was, nor those of another tenant', async () => {
    const { id } = await aFunction();
    const missing = await ask('GET', `${url}/${id}/versions/2`);
    expect([missing.status, missing.body.code]).toEqual([404, 'function.version_not_found']);
    expect((await ask('POST', `${url}/${id}/versions/2/restore`)).status).toBe(404);
    for (const path of ['versions', 'versions/1']) {
      expect((await ask('GET', `${url}/${id}/${path}`, undefined, stranger)).status).toBe(404);
    }
    for (const wrong of ['0', '-1', 'x', '1.5', '99999999999']) {
      expect((await ask('GET', `${url}/${id}/versions/${wrong}`)).status).toBe(400);
    }
  });
});

describe('POST /functions/test', () => {
  const trial = async (code: string, body: object = {}): Promise<Answer<Said>> =>
    ask('POST', `${url}/test`, { code, ...body });

  it('runs a source on a sample and shows what it logged', async () => {
    const code =
      'function f(msg) { console.warn("seen", msg.data.c); msg.data.f = msg.data.c * 9 / 5 + 32; return msg }';
    const answer = await trial(code, { sample: { data: { c: 20 } } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'success',
      output: { event: 'up', data: { c: 20, f: 68 } },
      logs: [{ level: 'warn', message: 'seen 20' }],
      duration_ms: expect.any(Number),
    });
    expect(answer.body).not.toHaveProperty('error');
  });

  it('makes up a sample when none is given', async () => {
    const { body } = await trial('function f(m) { return { name: m.device.name, port: m.fPort } }');
    expect(body.output).toEqual({ name: 'sample device', port: 1 });
  });

  it('runs on a stored event as a flow would get it, and not on that of another tenant', async () => {
    const world = await TenantWorld.create(server);
    const label = await world.aLabel('hot');
    const { id, name, dev_eui } = await world.aDevice({ label_ids: [label.id] });
    const posted = (await world.post(dev_eui, { object: { t: 20 }, fCnt: 7 })) as { event_id: string };
    const body = { code: source('msg'), device_event_id: posted.event_id };
    const answer = await ask('POST', `${url}/test`, body, world.token);
    expect(answer.body.output).toMatchObject({
      event_id: posted.event_id,
      device: { id, name, dev_eui, labels: ['hot'] },
      data: { t: 20 },
      f_cnt: 7,
    });
    expect((await ask('POST', `${url}/test`, body)).body.errors).toMatchObject([{ path: 'device_event_id' }]);
  });

  const codec = `
    function decodeUplink({ bytes, variables }) { return { data: { level: bytes[0] * Number(variables.scale) } } }
    function encodeDownlink({ data, fPort, variables }) {
      if (data.interval > 255) return { errors: ['too long'] };
      return { bytes: [1, data.interval, Number(variables.scale)], fPort: fPort || 10, warnings: ['restarts'] };
    }`;
  const noted = { device: { metadata: { scale: 2, site: { deep: 1 } } } };

  it('tries either side of a codec, with what is noted on the device as variables', async () => {
    const down = await trial(codec, {
      call: 'encodeDownlink',
      sample: { ...noted, f_port: 7, data: { interval: 60 } },
    });
    expect(down.body).toMatchObject({
      status: 'success',
      output: { bytes: [1, 60, 2], fPort: 7, payload: 'ATwC' },
      logs: [{ level: 'warn', message: 'restarts' }],
    });
    const up = await trial(codec, { call: 'decodeUplink', sample: { ...noted, payload: 'BQ==' } });
    expect(up.body).toMatchObject({ status: 'success', output: { data: { level: 10 } } });
  });

  it.each([
    ['codec.errors', codec, { data: { interval: 256 } }],
    ['codec.errors', 'function encodeDownlink() { return { data: 1 } }', {}],
    ['sandbox.no_function', 'function decodeUplink() { return { data: {} } }', {}],
  ])('says %s of a downlink that cannot be made', async (code, text, sample) => {
    const { body } = await trial(text, { call: 'encodeDownlink', sample });
    expect(body).toMatchObject({ status: 'error', output: null, error: { code } });
  });

  it('says that the message was filtered', async () => {
    expect((await trial('function f() { return null }')).body).toMatchObject({ status: 'filtered', output: null });
  });

  it.each([
    ['sandbox.threw', 'function f(msg) {\n  throw new Error("no")\n}', 2],
    ['sandbox.syntax_error', 'function f(msg) {\n  return (\n}', 3],
    ['sandbox.timeout', 'function f() { for (;;); }', undefined],
    ['sandbox.no_function', '1', undefined],
  ])('answers 200 with the error %s', async (code, text, line) => {
    const answer = await trial(text);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'error', output: null, error: { code, ...(line && { line }) } });
  });

  it.each([
    ['device_event_id', { device_event_id: nobodysId }],
    ['device_event_id', { device_event_id: nobodysId, sample: {} }],
    ['device_event_id', { device_event_id: 'x' }],
    ['sample', { sample: 'x' }],
    ['sample', { sample: [] }],
    ['input', { input: {} }],
    ['call', { call: 'encode' }],
  ])('refuses a wrong %s: %j', async (path, body) => {
    const answer = await trial(source('msg'), body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.path).toBe(path);
  });
});

describe('POST /functions/:id/test', () => {
  it('runs the stored code and stores nothing', async () => {
    const before = await aFunction({ code: source('({ twice: msg.data.n * 2 })') });
    const answer = await ask('POST', `${url}/${before.id}/test`, { sample: { data: { n: 21 } } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'success', output: { twice: 42 } } });
    expect((await ask('GET', `${url}/${before.id}`)).body).toEqual(before);
    expect((await ask('POST', `${url}/${before.id}/test`, {}, stranger)).status).toBe(404);
    expect((await ask('POST', `${url}/${nobodysId}/test`, {})).status).toBe(404);
  });
});

describe('DELETE /functions/:id', () => {
  it('is final, and frees the name', async () => {
    const { id, name } = await aFunction();
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(404);
    expect((await ask('PUT', `${url}/${id}`, { name: 'x' })).status).toBe(404);
    expect((await ask('POST', url, { name, code: source('1') })).status).toBe(201);
  });

  it('is refused while a flow uses the function', async () => {
    const { id } = await aFunction();
    server.app
      .get(Usages)
      .register((_db, tenant, kind, asked) =>
        Promise.resolve(
          tenant.id === tenantId && kind === 'function' && asked === id
            ? [{ kind: 'flow', id: newId(0), name: 'A' }]
            : [],
        ),
      );
    const answer = await ask('DELETE', `${url}/${id}`);
    expect([answer.status, answer.body.code]).toEqual([409, 'resource.in_use']);
    expect((await ask('GET', `${url}/${id}`)).status).toBe(200);
  });
});

describe('FunctionsService.findCode', () => {
  it('answers from memory until an edit, and never to another tenant', async () => {
    const functions = server.app.get(FunctionsService);
    const { id } = await aFunction({ code: source('1') });
    const tenant = { id: tenantId };
    expect(await functions.findCode({ id: newId(0) }, id)).toBeNull();
    const first = await functions.findCode(tenant, id);
    expect(first).toMatchObject({ id, version: 1, code: source('1') });
    expect(await functions.findCode(tenant, id)).toBe(first);
    await ask('PUT', `${url}/${id}`, { code: source('2') });
    expect(await functions.findCode(tenant, id)).toMatchObject({ version: 2, code: source('2') });
    await ask('DELETE', `${url}/${id}`);
    expect(await functions.findCode(tenant, id)).toBeNull();
  });
});

describe('every route of functions', () => {
  it('asks for a token, and shows nothing to another tenant', async () => {
    const { id } = await aFunction();
    expect((await server.http('GET', url)).status).toBe(401);
    expect((await server.http('POST', `${url}/test`, { body: { code: '1' } })).status).toBe(401);
    for (const [method, body] of [['GET'], ['PUT', {}], ['PATCH', {}], ['DELETE']] as const) {
      expect((await ask(method, `${url}/${id}`, body, stranger)).status).toBe(404);
    }
    expect((await askList(url, stranger)).body.some((one) => one.id === id)).toBe(false);
  });
});
