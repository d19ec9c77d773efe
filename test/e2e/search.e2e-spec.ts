import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

let app: TestApp;
let world: TenantWorld;
let north: Body;

const search = (query: string, more = ''): Promise<Body> =>
  world.get(`/api/v1/search?query=${encodeURIComponent(query)}${more}`);
const namesOf = (hits: Body): string[] => hits.map((hit: Body) => hit.name);
const make = async (url: string, body: object): Promise<Body> =>
  (await app.http('POST', `/api/v1/${url}`, { token: world.token, body })).body;

beforeAll(async () => {
  app = await startTestApp();
  world = await TenantWorld.create(app);
  north = await make('devices', {
    name: 'Greenhouse 3, north',
    dev_eui: '24E124136D151234',
    mac: 'a4:cf:12:6b:00:7e',
    serial: 'SN-004711',
    site: 'Naaldwijk, bay 12',
    description: 'measures über dem Tisch',
  });
  await make('devices', { name: 'Greenhouse', uuid: 'host-17.local' });
  await make('devices', { name: 'Old greenhouse 3' });
  await make('devices', { name: 'Cold store 50%', metadata: { note: 'greenhouse' } });
  await make('labels', { name: 'greenhouses', color: '#2e7d32' });
  await make('functions', {
    name: 'to Fahrenheit',
    code: 'function process(m) { return m; }',
    description: 'greenhouse',
  });
  await make('places', { name: 'Greenhouse 3' });
  await make('flows', { name: 'Greenhouse alarm' });
  await make('integrations', { name: 'greenhouse', type: 'http', config: { url: 'https://example.com/hook' } });
});
afterAll(() => app.close());

describe('GET /search', () => {
  it('finds everything that is called so, in a list for each type', async () => {
    const found = await search('greenhouse');
    expect(Object.keys(found)).toEqual(['devices', 'functions', 'flows', 'integrations', 'labels', 'places']);
    expect(namesOf(found.devices)).toEqual(['Greenhouse', 'Greenhouse 3, north', 'Old greenhouse 3']);
    expect(namesOf(found.functions)).toEqual(['to Fahrenheit']);
    expect(found.places).toEqual([{ id: expect.any(String), type: 'place', name: 'Greenhouse 3', description: null }]);
    expect(found.labels).toEqual([
      { id: expect.any(String), type: 'label', name: 'greenhouses', description: null, color: '#2e7d32' },
    ]);
    expect(found.flows[0]).toMatchObject({ type: 'flow', name: 'Greenhouse alarm', status: 'active' });
    expect(found.integrations[0]).toMatchObject({ type: 'integration', name: 'greenhouse', status: 'active' });
  });

  it('shows of a device how it is found and how it is', async () => {
    expect((await search('bay 12')).devices).toEqual([
      {
        id: north.id,
        type: 'device',
        name: 'Greenhouse 3, north',
        description: 'measures über dem Tisch',
        dev_eui: '24E124136D151234',
        mac: 'a4-cf-12-6b-00-7e',
        serial: 'SN-004711',
        status: 'never_seen',
      },
    ]);
  });

  it.each([
    ['its id', () => String(north.id).toUpperCase()],
    ['its DevEUI in lower case', () => '24e124136d151234'],
    ['its DevEUI in pairs', () => '24-E1-24-13-6D-15-12-34'],
    ['part of its DevEUI', () => '6d1512'],
    ['its MAC with colons', () => 'A4:CF:12:6B:00:7E'],
    ['its MAC without anything', () => 'a4cf126b007e'],
    ['part of its MAC', () => 'cf:12:6b'],
    ['its serial number', () => 'sn-004711'],
    ['words in another order', () => 'north greenhouse'],
    ['words from different fields', () => 'Naaldwijk 4711'],
    ['letters beyond ASCII', () => 'ÜBER'],
  ])('finds a device by %s', async (_, query) => {
    expect(namesOf((await search(query())).devices)).toEqual(['Greenhouse 3, north']);
  });

  it('finds what a query names before whatever only holds it', async () => {
    await make('devices', { name: 'spare of host-17.local' });
    expect(namesOf((await search('host-17.local')).devices)).toEqual(['Greenhouse', 'spare of host-17.local']);
  });

  it('finds what is spelt like it only where nothing is spelt so', async () => {
    const found = await search('grenhouse');
    expect(namesOf(found.devices)).toContain('Greenhouse');
    expect(namesOf(found.labels)).toEqual(['greenhouses']);
    expect(namesOf((await search('greenhouses')).devices)).toEqual([]);
    expect(namesOf((await search('zzzzzz')).devices)).toEqual([]);
  });

  it('takes signs for themselves', async () => {
    expect(namesOf((await search('50%')).devices)).toEqual(['Cold store 50%']);
    expect(namesOf((await search('%')).devices)).toEqual([]);
    expect(namesOf((await search("' OR 1=1 --")).devices)).toEqual([]);
  });

  it('finds the beginnings of names by a letter', async () => {
    expect(namesOf((await search('c')).devices)).toEqual(['Cold store 50%']);
  });

  it('looks only among what is asked for, and answers no more than that', async () => {
    expect(Object.keys(await search('greenhouse', '&resource_types=labels,devices'))).toEqual(['devices', 'labels']);
    expect(Object.keys(await search('greenhouse', '&resource_types=flows&resource_types=flows'))).toEqual(['flows']);
    expect((await search('greenhouse', '&limit=1')).devices).toHaveLength(1);
  });

  it('forgets what was retired and finds what was renamed', async () => {
    const device = await world.aDevice({ name: 'Periscope' });
    await app.http('PATCH', `/api/v1/devices/${device.id}`, { token: world.token, body: { name: 'Telescope' } });
    expect(namesOf((await search('periscope')).devices)).toEqual([]);
    expect(namesOf((await search('telescope')).devices)).toEqual(['Telescope']);
    await app.http('DELETE', `/api/v1/devices/${device.id}`, { token: world.token });
    expect(namesOf((await search('telescope')).devices)).toEqual([]);
  });

  it('shows a stranger nothing, and refuses whoever is nobody', async () => {
    const { token } = await app.signUp();
    for (const query of ['greenhouse', String(north.id), '24e124136d151234', 'grenhouse']) {
      const { body } = await app.http('GET', `/api/v1/search?query=${query}`, { token });
      expect(Object.values(body as object).flat()).toEqual([]);
    }
    expect((await app.http('GET', '/api/v1/search?query=x')).status).toBe(401);
  });

  it.each([
    '',
    '?query=',
    '?query=%20',
    '?query=a&limit=0',
    '?query=a&limit=101',
    '?query=a&resource_types=users',
    '?q=a',
  ])('refuses /search%s', async (rest) => {
    const answer = await app.http('GET', `/api/v1/search${rest}`, { token: world.token });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation.failed']);
  });
});
