import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const places = '/api/v1/places';
let server: TestApp;
let token: string;

beforeAll(async () => {
  server = await startTestApp({ settings: { role: 'api' } });
});
// A tree of its own for each test.
beforeEach(async () => {
  ({ token } = await server.signUp());
});
afterAll(() => server.close());

const ask = (method: string, url: string, body?: unknown, as = token, headers = {}): Promise<TestAnswer> =>
  server.http(method, url, { token: as, headers, ...(body === undefined ? {} : { body }) });
const aPlace = async (name: string, parent: { id: string } | null = null, given: object = {}): Promise<Made> =>
  (await ask('POST', places, { name, parent_id: parent?.id ?? null, ...given })).body as Made;
const aDevice = async (name: string, place: { id: string }, given: object = {}): Promise<Made> =>
  (await ask('POST', '/api/v1/devices', { name, place_id: place.id, ...given })).body as Made;

interface Made {
  id: string;
  name: string;
}
interface Node extends Made {
  contains: Node[];
}

/** `NL(South Holland(Delft))` */
const drawn = (nodes: Node[]): string =>
  nodes.map(({ name, contains }) => (contains.length === 0 ? name : `${name}(${drawn(contains)})`)).join(' ');
const tree = async (query = '', as = token): Promise<string> =>
  drawn((await ask('GET', `${places}/tree${query}`, undefined, as)).body as Node[]);

async function aCountry() {
  const country = await aPlace('NL');
  const state = await aPlace('South Holland', country);
  const city = await aPlace('Delft', state);
  return { country, state, city };
}

describe('GET /places/tree', () => {
  it('shows which places contain which, by name, with the devices in and below them', async () => {
    const { country, state, city } = await aCountry();
    await aPlace('belgium');
    await aPlace('Drenthe', country);
    await aDevice('a', city);
    await aDevice('b', state);
    const { body } = await ask('GET', `${places}/tree`);
    expect(drawn(body as Node[])).toBe('belgium NL(Drenthe South Holland(Delft))');
    expect(body[1]).toMatchObject({ id: country.id, child_count: 2, device_count: 0, total_device_count: 2 });
    expect(body[1].contains[1]).toMatchObject({ parent_id: country.id, device_count: 1, total_device_count: 2 });
  });

  it('shows a part, as deep as is asked', async () => {
    const { country, state } = await aCountry();
    expect(await tree(`?root=${state.id}`)).toBe('South Holland(Delft)');
    expect(await tree('?depth=2')).toBe('NL(South Holland)');
    const { body } = await ask('GET', `${places}/tree?root=${country.id}&depth=1`);
    expect(body).toMatchObject([{ name: 'NL', child_count: 1, contains: [] }]);
  });

  it('shows nothing deleted, nothing foreign, and 404 for a root that is not there', async () => {
    const { country, state } = await aCountry();
    const { token: stranger } = await server.signUp();
    expect(await tree('', stranger)).toBe('');
    expect((await ask('GET', `${places}/tree?root=${country.id}`, undefined, stranger)).status).toBe(404);
    await ask('DELETE', `${places}/${state.id}?force=true`);
    expect(await tree()).toBe('NL');
    expect((await ask('GET', `${places}/tree?root=${state.id}`)).status).toBe(404);
  });

  it.each(['root=NL', 'depth=0', 'depth=33', 'colour=red'])('refuses ?%s', async (query) => {
    expect((await ask('GET', `${places}/tree?${query}`)).status).toBe(400);
  });
});

describe('the path of a place', () => {
  it('leads to it from the top, and may be sent back', async () => {
    const { country, state, city } = await aCountry();
    const { body } = await ask('GET', `${places}/${city.id}`);
    expect(body.path).toEqual([
      { id: country.id, name: 'NL' },
      { id: state.id, name: 'South Holland' },
    ]);
    expect((await ask('PUT', `${places}/${city.id}`, body)).status).toBe(200);
    expect((await ask('PUT', `${places}/${city.id}`, { path: body.path })).status).toBe(200);
    expect((await ask('PUT', `${places}/${city.id}`, { path: [] })).status).toBe(400);
  });
});

describe('POST /places/:id/move', () => {
  it('takes along what is in the place', async () => {
    const { state, city } = await aCountry();
    const other = await aPlace('BE');
    const device = await aDevice('a', city);
    const moved = await ask('POST', `${places}/${state.id}/move`, { parent_id: other.id });
    expect([moved.status, moved.body]).toMatchObject([200, { parent_id: other.id, path: [{ name: 'BE' }] }]);
    expect(await tree()).toBe('BE(South Holland(Delft)) NL');
    expect((await ask('GET', `/api/v1/devices/${device.id}`)).body.place_id).toBe(city.id);
    await ask('POST', `${places}/${state.id}/move`, { parent_id: null });
    expect(await tree()).toBe('BE NL South Holland(Delft)');
  });

  it('changes nothing when the place stands there already', async () => {
    const { country, state } = await aCountry();
    const before = (await ask('GET', `${places}/${state.id}`)).body;
    expect((await ask('POST', `${places}/${state.id}/move`, { parent_id: country.id })).body).toEqual(before);
  });

  it('refuses what makes a circle, is too deep, or has its name taken there; then all stands as it stood', async () => {
    const { country, state, city } = await aCountry();
    for (const parent of [country, state, city]) {
      const answer = await ask('POST', `${places}/${country.id}/move`, { parent_id: parent.id });
      expect([answer.status, answer.body.code]).toEqual([422, 'place.cyclic']);
    }
    await aPlace('delft');
    const taken = await ask('POST', `${places}/${city.id}/move`, { parent_id: null });
    expect([taken.status, taken.body.code]).toEqual([409, 'place.name_taken']);
    let bottom = city;
    for (let depth = 4; depth <= 32; depth += 1) bottom = await aPlace(depth.toString(), bottom);
    const top = await aPlace('Europe');
    const deep = await ask('POST', `${places}/${country.id}/move`, { parent_id: top.id });
    expect([deep.status, deep.body.code]).toEqual([422, 'place.too_deep']);
    expect(await tree('?depth=2')).toBe('delft Europe NL(South Holland)');
  });

  it('refuses a place or parent that is not there, another state, and no parent at all', async () => {
    const { state } = await aCountry();
    const { token: stranger } = await server.signUp();
    const foreign = (await ask('POST', places, { name: 'far' }, stranger)).body as Made;
    const status = async (id: string, body: object, headers = {}) =>
      (await ask('POST', `${places}/${id}/move`, body, token, headers)).status;
    expect(await status(nobodysId, { parent_id: null })).toBe(404);
    expect(await status(foreign.id, { parent_id: null })).toBe(404);
    expect(await status(state.id, { parent_id: foreign.id })).toBe(400);
    expect(await status(state.id, {})).toBe(400);
    expect(await status(state.id, { parent_id: null }, { 'if-match': '"another"' })).toBe(412);
  });

  it('of many at once makes no circle and loses nobody', async () => {
    const six = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => aPlace(number.toString())));
    const moves = six.flatMap(({ id }, index) => [1, 2, 3].map((step) => ({ id, to: six[(index + step) % 6]?.id })));
    const answers = await Promise.all(
      moves.map(({ id, to }) => ask('POST', `${places}/${id}/move`, { parent_id: to })),
    );
    expect(answers.every(({ status }) => [200, 422].includes(status))).toBe(true);
    const shown = await tree();
    for (const { name } of six) expect(shown).toContain(name);
  });
});

describe('GET /places/:id/devices', () => {
  const names = async (url: string): Promise<string[]> =>
    ((await ask('GET', url)).body as Made[]).map(({ name }) => name);

  it('lists those that stand in the place, and deep those below it too, newest first over all of them', async () => {
    const { country, state, city } = await aCountry();
    const label = (await ask('POST', '/api/v1/labels', { name: 'north' })).body as Made;
    await aDevice('first', city);
    await aDevice('second', country, { label_ids: [label.id] });
    await aDevice('third', state, { status: 'maintenance' });
    await aDevice('fourth', city, { label_ids: [label.id] });
    await aDevice('elsewhere', await aPlace('BE'));
    const of = (query: string) => names(`${places}/${country.id}/devices${query}`);
    expect(await of('')).toEqual(['second']);
    expect(await of('?deep=true')).toEqual(['fourth', 'third', 'second', 'first']);
    expect(await of('?deep=true&sort=name')).toEqual(['first', 'fourth', 'second', 'third']);
    expect(await of('?deep=true&skip=1&limit=2')).toEqual(['third', 'second']);
    expect(await of(`?deep=true&label_id=${label.id}`)).toEqual(['fourth', 'second']);
    expect(await of('?deep=true&status=maintenance')).toEqual(['third']);
    expect(await of('?deep=true&sort=-status&q=th')).toEqual(['fourth', 'third']);
    const page = await ask('GET', `${places}/${country.id}/devices?deep=true&limit=1`);
    expect([page.headers['x-total-count'], page.headers.link]).toEqual(['4', expect.stringContaining('skip=1')]);
  });

  it('is 404 for a place that is not there or foreign, and refuses what it does not know', async () => {
    const { country } = await aCountry();
    const { token: stranger } = await server.signUp();
    const status = async (url: string, as = token) => (await ask('GET', `${places}/${url}`, undefined, as)).status;
    expect(await status(`${nobodysId}/devices`)).toBe(404);
    expect(await status(`${country.id}/devices?deep=true`, stranger)).toBe(404);
    expect(await status(`${country.id}/contains`, stranger)).toBe(404);
    expect(await status(`${country.id}/devices?deep=maybe`)).toBe(400);
    expect(await status(`${country.id}/contains?kind=label`)).toBe(400);
  });
});

describe('GET /places/:id/contains', () => {
  it('lists places, then devices, that stand directly in it', async () => {
    const { country, state } = await aCountry();
    const profile = ((await ask('GET', '/api/v1/device-profiles')).body as Made[])[0];
    await aPlace('Drenthe', country);
    const device = await aDevice('gateway', country, { profile_id: profile?.id });
    const { body, headers } = await ask('GET', `${places}/${country.id}/contains`);
    const from = { id: country.id, name: 'NL' };
    expect(body).toEqual([
      { type: 'contains', from, to: { kind: 'place', id: expect.any(String), name: 'Drenthe', profile: null } },
      { type: 'contains', from, to: { kind: 'place', id: state.id, name: 'South Holland', profile: null } },
      { type: 'contains', from, to: { kind: 'device', id: device.id, name: 'gateway', profile: 'IoT-Gateway' } },
    ]);
    expect(headers['x-total-count']).toBe('3');
    const devices = await ask('GET', `${places}/${country.id}/contains?kind=device`);
    expect(devices.body).toHaveLength(1);
  });
});
