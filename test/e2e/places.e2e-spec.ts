import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const places = '/api/v1/places';
const profiles = '/api/v1/place-profiles';
let server: TestApp;
let token: string;

let stranger: string;

beforeAll(async () => {
  server = await startTestApp();
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
});
afterAll(() => server.close());

const ask = (method: string, url: string, body?: unknown, as = token, headers = {}): Promise<TestAnswer> =>
  server.http(method, url, { token: as, headers, ...(body === undefined ? {} : { body }) });
let made = 0;
const aName = (): string => `place ${(made += 1)}`;
const aPlace = async (given: object = {}): Promise<TestAnswer['body']> =>
  (await ask('POST', places, { name: aName(), ...given })).body;
const aDevice = async (given: object): Promise<TestAnswer['body']> =>
  (await ask('POST', '/api/v1/devices', { name: 'd', ...given })).body;

describe('a new tenant', () => {
  it('starts with the profiles Country, State and IoT-Gateway', async () => {
    const { token: fresh } = await server.signUp();
    const ofPlaces = await ask('GET', profiles, undefined, fresh);
    const ofDevices = await ask('GET', '/api/v1/device-profiles', undefined, fresh);
    expect(ofPlaces.body.map((profile: { name: string }) => profile.name)).toEqual(['Country', 'State']);
    expect(ofDevices.body.map((profile: { name: string }) => profile.name)).toEqual(['IoT-Gateway']);
  });
});

describe('POST /places', () => {
  it('makes a place below another', async () => {
    const [country] = (await ask('GET', profiles)).body;
    const parent = await aPlace({ profile_id: country.id });
    const request = {
      name: aName(),
      description: 'west',
      parent_id: parent.id,
      location: { latitude: 52.01, longitude: 4.35 },
      attributes: { code: 'ZH' },
    };
    const answer = await ask('POST', places, request);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...request,
      id: expect.any(String),
      path: [{ id: parent.id, name: parent.name }],
      profile_id: null,
      profile: null,
      location: { latitude: 52.01, longitude: 4.35, altitude: null },
      child_count: 0,
      device_count: 0,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    const read = (await ask('GET', `${places}/${parent.id}`)).body;
    expect([read.child_count, read.profile]).toEqual([1, { id: country.id, name: 'Country' }]);
  });

  it('refuses a name that a sibling has, in any case; elsewhere and after its deletion it is free', async () => {
    const parent = await aPlace();
    const name = aName();
    const child = (await ask('POST', places, { name, parent_id: parent.id })).body;
    const taken = await ask('POST', places, { name: name.toUpperCase(), parent_id: parent.id });
    expect([taken.status, taken.body.code]).toEqual([409, 'place.name_taken']);
    expect((await ask('POST', places, { name })).status).toBe(201);
    expect((await ask('POST', places, { name })).status).toBe(409);
    await ask('DELETE', `${places}/${child.id}`);
    expect((await ask('POST', places, { name, parent_id: parent.id })).status).toBe(201);
  });

  it("names a parent or profile that is not there, also another tenant's", async () => {
    const foreign = (await ask('POST', places, { name: 'theirs' }, stranger)).body;
    const [foreignProfile] = (await ask('GET', profiles, undefined, stranger)).body;
    for (const id of [nobodysId, foreign.id]) {
      const answer = await ask('POST', places, { name: aName(), parent_id: id });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'parent_id']);
    }
    const answer = await ask('POST', places, { name: aName(), profile_id: foreignProfile.id });
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'profile_id']);
  });

  it.each([
    ['name', {}],
    ['name', { name: ' ' }],
    ['parent_id', { name: 'p', parent_id: 'Europe' }],
    ['location.longitude', { name: 'p', location: { latitude: 1 } }],
    ['location.latitude', { name: 'p', location: { latitude: 91, longitude: 0 } }],
    ['attributes', { name: 'p', attributes: [] }],
    ['tenant_id', { name: 'p', tenant_id: nobodysId }],
  ])('refuses a wrong %s: %j', async (path, body) => {
    const answer = await ask('POST', places, body);
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, path]);
  });

  it('holds at most 32 places above one another', async () => {
    let parent = await aPlace();
    for (let depth = 2; depth <= 32; depth += 1) parent = await aPlace({ parent_id: parent.id });
    const answer = await ask('POST', places, { name: aName(), parent_id: parent.id });
    expect([answer.status, answer.body.code]).toEqual([422, 'place.too_deep']);
  });
});

describe('GET /places', () => {
  it('filters by parent and profile, and pages', async () => {
    const { token: own } = await server.signUp();
    const [, state] = (await ask('GET', profiles, undefined, own)).body;
    const top = (await ask('POST', places, { name: 'NL' }, own)).body;
    for (const name of ['b', 'a']) await ask('POST', places, { name, parent_id: top.id, profile_id: state.id }, own);
    const names = async (query: string): Promise<string[]> =>
      (await ask('GET', `${places}?${query}`, undefined, own)).body.map((place: { name: string }) => place.name);
    expect(await names('parent_id=none')).toEqual(['NL']);
    expect(await names(`parent_id=${top.id}`)).toEqual(['a', 'b']);
    expect(await names(`profile_id=${state.id}&sort=-name`)).toEqual(['b', 'a']);
    expect(await names('name=n')).toEqual(['NL']);
    const page = await ask('GET', `${places}?limit=1`, undefined, own);
    expect([page.headers['x-total-count'], page.headers.link]).toEqual(['3', expect.stringContaining('skip=1')]);
  });

  it.each(['parent_id=nowhere', 'profile_id=x', 'sort=size', 'colour=red'])('refuses ?%s', async (query) => {
    expect((await ask('GET', `${places}?${query}`)).status).toBe(400);
  });
});

describe('PUT and PATCH /places/:id', () => {
  it('leaves alone what is absent, clears what is null, and takes back what it gave', async () => {
    const parent = await aPlace();
    const place = await aPlace({ parent_id: parent.id, location: { latitude: 1, longitude: 2 }, attributes: { a: 1 } });
    const url = `${places}/${place.id}`;
    expect((await ask('PUT', url, place)).body).toEqual(place);
    const renamed = await ask('PUT', url, { name: 'renamed', location: null });
    expect(renamed.body).toMatchObject({ name: 'renamed', location: null, parent_id: parent.id, attributes: { a: 1 } });
    expect((await ask('PUT', url, { parent_id: null })).body.parent_id).toBeNull();
    expect((await ask('PUT', url, { ...place, device_count: 7 })).status).toBe(400);
  });

  it('merges attributes and location with PATCH', async () => {
    const place = await aPlace({ location: { latitude: 1, longitude: 2, altitude: 3 }, attributes: { a: 1, b: 2 } });
    const patch = { attributes: { b: null, c: 3 }, location: { altitude: null } };
    const patched = await ask('PATCH', `${places}/${place.id}`, patch);
    expect(patched.body).toMatchObject({
      attributes: { a: 1, c: 3 },
      location: { latitude: 1, longitude: 2, altitude: null },
    });
    const halved = await ask('PATCH', `${places}/${place.id}`, { location: { latitude: null } });
    expect(halved.status).toBe(400);
  });

  it('refuses an edit of another state than the stored one', async () => {
    const place = await aPlace();
    const url = `${places}/${place.id}`;
    const etag = String((await ask('GET', url)).headers['etag']);
    expect((await ask('PUT', url, { name: aName() }, token, { 'if-match': etag })).status).toBe(200);
    expect((await ask('PUT', url, { name: aName() }, token, { 'if-match': etag })).status).toBe(412);
    expect((await ask('DELETE', url, undefined, token, { 'if-match': etag })).status).toBe(412);
  });

  it('refuses a place below itself, however far', async () => {
    const top = await aPlace();
    const middle = await aPlace({ parent_id: top.id });
    const bottom = await aPlace({ parent_id: middle.id });
    for (const parent of [top, middle, bottom]) {
      const answer = await ask('PUT', `${places}/${top.id}`, { parent_id: parent.id });
      expect([answer.status, answer.body.code]).toEqual([422, 'place.cyclic']);
    }
    expect((await ask('PUT', `${places}/${bottom.id}`, { parent_id: top.id })).status).toBe(200);
  });

  it('makes no circle of moves at the same time', async () => {
    const three = await Promise.all([aPlace(), aPlace(), aPlace()]);
    await Promise.all(
      three.map(({ id }, index) => ask('PUT', `${places}/${id}`, { parent_id: three[(index + 1) % 3].id })),
    );
    const parents = await Promise.all(
      three.map(async ({ id }) => (await ask('GET', `${places}/${id}`)).body.parent_id),
    );
    expect(parents.filter((parent) => parent === null)).toHaveLength(1);
  });
});

describe('DELETE /places/:id', () => {
  it('refuses while places or devices are in it, and with force takes the places along', async () => {
    const top = await aPlace();
    const below = await aPlace({ parent_id: top.id });
    const device = await aDevice({ place_id: below.id });
    expect(device.place).toEqual({ id: below.id, name: below.name });
    expect((await ask('GET', `${places}/${below.id}`)).body.device_count).toBe(1);
    const refused = await ask('DELETE', `${places}/${top.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'place.in_use']);
    expect(refused.body.detail).toContain('1 further place(s) and 1 device(s)');
    expect((await ask('DELETE', `${places}/${top.id}?force=true`)).status).toBe(204);
    for (const { id } of [top, below]) expect((await ask('GET', `${places}/${id}`)).status).toBe(404);
    expect((await ask('GET', `/api/v1/devices/${device.id}`)).body.place_id).toBeNull();
    expect((await ask('DELETE', `${places}/${top.id}`)).status).toBe(404);
  });

  it('is written down once, with what went along', async () => {
    const top = await aPlace();
    await aPlace({ parent_id: top.id });
    await ask('DELETE', `${places}/${top.id}?force=true`);
    const [record] = (await ask('GET', '/api/v1/audit?limit=1')).body;
    expect(record).toMatchObject({ action: 'place.deleted', report: { places: 2, devices: 0 } });
    expect(record.subject ?? record).toMatchObject({ name: top.name });
  });
});

describe('place profiles', () => {
  it('are made, changed under their ETag, listed, and deleted when no place is of them', async () => {
    const created = await ask('POST', profiles, { name: 'Building', description: 'with floors' });
    expect([created.status, created.headers['etag']]).toEqual([201, expect.any(String)]);
    const url = `${profiles}/${created.body.id}`;
    expect((await ask('POST', profiles, { name: 'BUILDING' })).body.code).toBe('place_profile.name_taken');
    const patched = await ask('PATCH', url, { description: null });
    expect(patched.body).toMatchObject({ description: null, version: 2 });
    const stale = { 'if-match': String(created.headers['etag']) };
    expect((await ask('PUT', url, { name: 'House' }, token, stale)).status).toBe(412);
    const place = await aPlace({ profile_id: created.body.id });
    expect((await ask('GET', `${profiles}?name=build`)).body[0].place_count).toBe(1);
    const refused = await ask('DELETE', url);
    expect([refused.status, refused.body.code]).toEqual([409, 'place_profile.in_use']);
    expect((await ask('DELETE', `${url}?force=true`)).status).toBe(204);
    expect((await ask('GET', `${places}/${place.id}`)).body.profile_id).toBeNull();
    expect((await ask('GET', url)).status).toBe(404);
  });
});

describe('devices in places', () => {
  it('are found by their place', async () => {
    const place = await aPlace();
    const device = await aDevice({ place_id: place.id });
    const found = await ask('GET', `/api/v1/devices?place_id=${place.id}`);
    expect(found.body.map(({ id }: { id: string }) => id)).toEqual([device.id]);
    expect((await ask('PUT', `/api/v1/devices/${device.id}`, device)).status).toBe(200);
    expect((await ask('PUT', `/api/v1/devices/${device.id}`, { place_id: nobodysId })).status).toBe(400);
    const foreign = (await ask('POST', places, { name: 'far' }, stranger)).body;
    expect((await ask('POST', '/api/v1/devices', { name: 'd', place_id: foreign.id })).status).toBe(400);
    await ask('PUT', `/api/v1/devices/${device.id}`, { place_id: null });
    expect((await ask('GET', `/api/v1/devices?place_id=${place.id}`)).body).toEqual([]);
  });
});
