import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Usages } from '../../src/core/usage/usages.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { aDevEui } from '../support/uplinks.js';

/** What the API says of labels and devices, as far as these tests read it; of an error, its problem. */
interface Said extends Record<string, unknown> {
  id: string;
  name: string;
  label_ids: string[];
  device_ids: string[];
  code: string;
  detail: string;
  errors?: { path: string; message: string }[];
}
type Answer<T> = Omit<TestAnswer, 'body'> & { body: T };

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
let server: TestApp;
let token: string;
let stranger: string;

beforeAll(async () => {
  server = await startTestApp();
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => server.close());

const url = '/api/v1/labels';
const ask = async (method: string, path: string, body?: unknown, as = token): Promise<Answer<Said>> => {
  const answer = await server.http(method, path, { token: as, ...(body === undefined ? {} : { body }) });
  return { ...answer, body: answer.body as Said };
};
const askList = async (path: string, as = token): Promise<Answer<Said[]>> => {
  const answer = await server.http('GET', path, { token: as });
  return { ...answer, body: answer.body as Said[] };
};
let made = 0;
const aName = (): string => `label ${(made += 1)}`;
const aLabel = async (given: object = {}, as = token): Promise<Said> =>
  (await ask('POST', url, { name: aName(), ...given }, as)).body;
const aDevice = async (given: object = {}): Promise<Said> =>
  (await ask('POST', '/api/v1/devices', { name: 'd', dev_eui: aDevEui(), ...given })).body;

describe('POST /labels', () => {
  it('makes a label', async () => {
    const name = aName();
    const answer = await ask('POST', url, { name, color: '#2E7D32', description: 'under glass' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      name,
      color: '#2e7d32',
      description: 'under glass',
      device_count: 0,
      device_ids: [],
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `${url}/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('refuses a name that is taken, but not one of another tenant or of a deleted label', async () => {
    const { id, name } = await aLabel();
    const again = await ask('POST', url, { name });
    expect([again.status, again.body.code]).toEqual([409, 'label.name_taken']);
    expect((await ask('POST', url, { name }, stranger)).status).toBe(201);
    await ask('DELETE', `${url}/${id}`);
    expect((await ask('POST', url, { name })).status).toBe(201);
  });

  it.each([
    ['name', {}],
    ['name', { name: '' }],
    ['name', { name: '  ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'a\u0000b' }],
    ['name', { name: 7 }],
    ['color', { name: 'c', color: 'green' }],
    ['color', { name: 'c', color: '#12345' }],
    ['description', { name: 'c', description: {} }],
    ['id', { name: 'c', id: nobodysId }],
    ['tenant_id', { name: 'c', tenant_id: nobodysId }],
  ])('refuses a wrong %s: %j', async (path, body) => {
    const answer = await ask('POST', url, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'validation.failed', errors: [{ path }] });
  });
});

describe('GET /labels', () => {
  it('pages, filters, sorts and counts the devices of each', async () => {
    const { token: own } = await server.signUp();
    const worn = await aLabel({ name: 'b 50%' }, own);
    for (const name of ['c 50_', 'a']) await aLabel({ name }, own);
    const device = (await ask('POST', '/api/v1/devices', { name: 'd', label_ids: [worn.id] }, own)).body;
    expect(device.label_ids).toEqual([worn.id]);
    const all = await askList(url, own);
    expect(all.headers['x-total-count']).toBe('3');
    expect(all.body.map((label) => [label.name, label.device_count])).toEqual([
      ['a', 0],
      ['b 50%', 1],
      ['c 50_', 0],
    ]);
    expect(all.body[0]).not.toHaveProperty('device_ids');
    const page = await askList(`${url}?skip=1&limit=1&sort=-name`, own);
    expect(page.body.map((label) => label.name)).toEqual(['b 50%']);
    expect(page.headers['x-total-count']).toBe('3');
    expect(page.headers.link).toContain('skip=2');
    expect((await askList(`${url}?name=50%25`, own)).body).toHaveLength(1);
    expect((await askList(`${url}?sort=-created_at`, own)).body[0]?.name).toBe('a');
  });

  it.each(['sort=colour', 'limit=0', 'limit=1001', 'skip=-1', 'colour=red', 'name='])('refuses ?%s', async (query) => {
    expect((await ask('GET', `${url}?${query}`)).status).toBe(400);
  });
});

describe('PUT and PATCH /labels/:id', () => {
  it('leaves absent fields alone and clears with null', async () => {
    const label = await aLabel({ color: '#000000', description: 'd' });
    const renamed = await ask('PUT', `${url}/${label.id}`, { name: `${label.name}!` });
    expect(renamed.body).toMatchObject({ name: `${label.name}!`, color: '#000000', description: 'd' });
    const cleared = await ask('PATCH', `${url}/${label.id}`, { color: null });
    expect(cleared.body).toMatchObject({ name: `${label.name}!`, color: null, description: 'd' });
  });

  it('takes back what GET gave, twice, and changes nothing', async () => {
    const label = await aLabel({ color: '#000000' });
    await ask('PUT', `${url}/${label.id}`, { description: 'new' });
    const read = (await ask('GET', `${url}/${label.id}`)).body;
    expect((await ask('PUT', `${url}/${label.id}`, read)).body).toEqual(read);
    expect((await ask('PUT', `${url}/${label.id}`, { ...read, name: `${label.name}?` })).status).toBe(200);
    expect((await ask('PUT', `${url}/${label.id}`, { ...read, name: `${label.name}?` })).status).toBe(200);
  });

  it.each([
    ['id', { id: nobodysId }],
    ['device_ids', { device_ids: [nobodysId] }],
    ['device_count', { device_count: 3 }],
    ['created_at', { created_at: '2020-01-01T00:00:00Z' }],
    ['updated_at', { updated_at: '2100-01-01T00:00:00Z' }],
    ['name', { name: null }],
    ['shape', { shape: 'round' }],
  ])('refuses to set %s', async (path, body) => {
    const answer = await ask('PUT', `${url}/${(await aLabel()).id}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.path).toBe(path);
  });

  it('refuses a name that is taken and keeps the old one', async () => {
    const [first, second] = [await aLabel(), await aLabel()];
    const answer = await ask('PUT', `${url}/${second.id}`, { name: first.name, color: '#ffffff' });
    expect([answer.status, answer.body.code]).toEqual([409, 'label.name_taken']);
    expect((await ask('GET', `${url}/${second.id}`)).body).toEqual(second);
  });
});

describe('DELETE /labels/:id', () => {
  it('takes the label off its devices and is gone', async () => {
    const label = await aLabel();
    const device = await aDevice({ label_ids: [label.id] });
    expect((await ask('DELETE', `${url}/${label.id}`)).status).toBe(204);
    expect((await ask('GET', `/api/v1/devices/${device.id}`)).body.label_ids).toEqual([]);
    for (const method of ['GET', 'DELETE']) {
      const answer = await ask(method, `${url}/${label.id}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'label.not_found']);
    }
  });

  it('is refused while a flow uses the label, and nothing is taken off', async () => {
    const label = await aLabel();
    const device = await aDevice({ label_ids: [label.id] });
    server.app
      .get(Usages)
      .register((_db, _tenant, kind, id) =>
        Promise.resolve(kind === 'label' && id === label.id ? [{ kind: 'flow', id: nobodysId, name: 'Alarms' }] : []),
      );
    const answer = await ask('DELETE', `${url}/${label.id}`);
    expect([answer.status, answer.body.code]).toEqual([409, 'resource.in_use']);
    expect(answer.body.detail).toContain('Alarms');
    expect((await ask('GET', `/api/v1/devices/${device.id}`)).body.label_ids).toEqual([label.id]);
  });
});

describe('/labels/:id/devices', () => {
  it('puts a label on a device once, however often it is asked', async () => {
    const [label, device] = [await aLabel(), await aDevice()];
    for (let time = 1; time <= 2; time += 1) {
      const answer = await ask('POST', `${url}/${label.id}/devices/${device.id}`);
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ id: label.id, device_count: 1, device_ids: [device.id] });
    }
    const worn = await askList(`${url}/${label.id}/devices`);
    expect(worn.body.map((one) => one.id)).toEqual([device.id]);
    expect(worn.headers['x-total-count']).toBe('1');
    expect((await ask('GET', `${url}/${label.id}`)).body.device_ids).toEqual([device.id]);
  });

  it('takes it off once; the second time says that it was not worn', async () => {
    const label = await aLabel();
    const device = await aDevice({ label_ids: [label.id] });
    expect((await ask('DELETE', `${url}/${label.id}/devices/${device.id}`)).status).toBe(204);
    const again = await ask('DELETE', `${url}/${label.id}/devices/${device.id}`);
    expect([again.status, again.body.code]).toEqual([404, 'device.label_not_worn']);
  });

  it('knows neither devices nor labels that are not there or not ours', async () => {
    const [label, device] = [await aLabel(), await aDevice()];
    const foreign = await aLabel({}, stranger);
    const answers = await Promise.all([
      ask('POST', `${url}/${nobodysId}/devices/${device.id}`),
      ask('POST', `${url}/${label.id}/devices/${nobodysId}`),
      ask('POST', `${url}/${foreign.id}/devices/${device.id}`),
      ask('POST', `${url}/${foreign.id}/devices/${device.id}`, undefined, stranger),
      ask('GET', `${url}/${nobodysId}/devices`),
      ask('GET', `${url}/${foreign.id}/devices`),
    ]);
    expect(answers.map((answer) => answer.body.code)).toEqual([
      'label.not_found',
      'device.not_found',
      'label.not_found',
      'device.not_found',
      'label.not_found',
      'label.not_found',
    ]);
    expect((await ask('GET', `/api/v1/devices/${device.id}`)).body.label_ids).toEqual([]);
  });
});

describe('every route of labels', () => {
  it('asks for a token, and shows nothing to another tenant', async () => {
    const { id } = await aLabel();
    expect((await server.http('GET', url)).status).toBe(401);
    expect((await server.http('POST', url, { body: { name: 'x' } })).status).toBe(401);
    for (const [method, body] of [['GET'], ['PUT', {}], ['PATCH', {}], ['DELETE']] as const) {
      expect((await ask(method, `${url}/${id}`, body, stranger)).status).toBe(404);
    }
    expect((await askList(url, stranger)).body.some((label) => label.id === id)).toBe(false);
    expect((await ask('GET', `${url}/not-an-id`)).status).toBe(400);
  });
});
