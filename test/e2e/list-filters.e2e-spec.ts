import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

let app: TestApp;
let world: TenantWorld;

/** Each list is looked at in a tenant of its own, whichever comes first. */
const enterANewTenant = async (): Promise<void> => {
  world = await TenantWorld.create(app);
};
const namesOf = async (path: string): Promise<string[]> =>
  (await world.get(`/api/v1/${path}`)).map((row: Body) => row.name as unknown);
const make = async (url: string, body: object): Promise<Body> =>
  (await app.http('POST', `/api/v1/${url}`, { token: world.token, body })).body;
const change = (url: string, body: object, type = 'application/merge-patch+json') =>
  app.http('PATCH', `/api/v1/${url}`, { token: world.token, headers: { 'content-type': type }, body });

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('GET /devices', () => {
  beforeAll(async () => {
    await enterANewTenant();
    const [one] = [
      await make('devices', {
        name: 'one',
        dev_eui: '00000000000000E1',
        mac: 'a4cf126b007e',
        serial: 'S-1',
        site: 'bay 12',
      }),
      await make('devices', { name: 'two', dev_eui: '00000000000000B2', uuid: 'host.2', description: 'on the roof' }),
      await make('devices', { name: 'three', status: 'maintenance' }),
    ];
    await app.database.query(`UPDATE device_state SET last_seen_at = '2026-11-01T12:00:00Z' WHERE device_id = $1`, [
      one.id,
    ]);
    await app.database.query(`UPDATE devices SET updated_at = now() + interval '1 hour' WHERE id = $1`, [one.id]);
  });

  it.each([
    ['mac=A4:CF:12:6B:00:7E', ['one']],
    ['serial=S-1', ['one']],
    ['uuid=host.2', ['two']],
    ['dev_eui=00000000000000b2', ['two']],
    ['q=BAY', ['one']],
    ['q=roof', ['two']],
    ['q=cf:12', ['one']],
    ['q=0000b', ['two']],
    ['q=nobody', []],
    ['last_seen_from=2026-11-01T12:00:00Z', ['one']],
    ['last_seen_from=2026-11-01T12:00:01Z', []],
    ['last_seen_to=2026-11-01T12:00:00Z', []],
    ['last_seen_to=2026-11-02T00:00:00Z', ['one']],
    ['status=maintenance', ['three']],
    ['sort=dev_eui', ['two', 'one', 'three']],
    ['sort=-dev_eui', ['one', 'two', 'three']],
    ['sort=status', ['three', 'one', 'two']],
    ['sort=-updated_at&limit=1', ['one']],
  ])('?%s', async (query, names) => {
    expect(await namesOf(`devices?${query}`)).toEqual(names);
  });

  it.each(['mac=xyz', 'uuid=a b', 'last_seen_from=yesterday', 'sort=latest', 'q='])('refuses ?%s', async (query) => {
    expect((await app.http('GET', `/api/v1/devices?${query}`, { token: world.token })).status).toBe(400);
  });
});

describe('the lists of what people make', () => {
  const code = 'function process(m) { return m; }';
  beforeAll(async () => {
    await enterANewTenant();
    await make('devices', { name: 'alpha' });
    await make('devices', { name: 'beta' });
    await make('labels', { name: 'alpha', description: 'under glass' });
    await make('labels', { name: 'beta' });
    await make('functions', { name: 'alpha', code, description: 'under glass' });
    const resting = await make('functions', { name: 'beta', code });
    await app.database.query(`UPDATE functions SET quarantined_until = now() + interval '1 hour' WHERE id = $1`, [
      resting.id,
    ]);
    await make('integrations', {
      name: 'alpha',
      description: 'under glass',
      type: 'http',
      config: { url: 'https://example.com' },
    });
    await make('integrations', { name: 'beta', enabled: false, type: 'http', config: { url: 'https://example.com' } });
    await make('flows', { name: 'alpha', description: 'under glass', enabled: false });
    await make('flows', { name: 'beta', enabled: false });
  });

  it.each(['labels', 'functions', 'integrations', 'flows'])(
    '%s: look into names and descriptions, and sort',
    async (list) => {
      expect(await namesOf(`${list}?q=GLASS`)).toEqual(['alpha']);
      expect(await namesOf(`${list}?q=bet`)).toEqual(['beta']);
      expect(await namesOf(`${list}?sort=-name`)).toEqual(['beta', 'alpha']);
      const [{ id }] = await world.get(`/api/v1/${list}?name=alpha`);
      expect((await change(`${list}/${String(id)}`, { description: 'under new glass' })).status).toBe(200);
      expect(await namesOf(`${list}?sort=-updated_at`)).toEqual(['alpha', 'beta']);
      expect(await namesOf(`${list}?sort=updated_at`)).toEqual(['beta', 'alpha']);
    },
  );

  it('integrations: by health', async () => {
    expect(await namesOf('integrations?health=ok')).toEqual(['alpha']);
    expect(await namesOf('integrations?health=disabled')).toEqual(['beta']);
  });

  it('functions: by status', async () => {
    expect(await namesOf('functions?status=active')).toEqual(['alpha']);
    expect(await namesOf('functions?status=quarantined')).toEqual(['beta']);
  });

  it.each(['labels', 'functions', 'integrations', 'flows', 'devices'])(
    '%s: take a merge patch as both types, and null clears',
    async (list) => {
      const [{ id }] = await world.get(`/api/v1/${list}?name=beta`);
      for (const type of ['application/json', 'application/merge-patch+json']) {
        expect((await change(`${list}/${String(id)}`, { description: type }, type)).body.description).toBe(type);
        expect((await change(`${list}/${String(id)}`, { description: null }, type)).body.description).toBeNull();
      }
    },
  );
});
