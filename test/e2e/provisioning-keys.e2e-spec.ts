import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

const clock = new FakeClock();
const url = '/api/v1/provisioning-keys';
let server: TestApp;
let world: TenantWorld;

beforeAll(async () => {
  server = await startTestApp({ clock });
});
beforeEach(async () => {
  world = await TenantWorld.create(server);
});
afterAll(() => server.close());

const ask = (method: string, path: string, body?: unknown, headers = {}): Promise<TestAnswer> =>
  server.http(method, path, { token: world.token, headers, ...(body === undefined ? {} : { body }) });
const make = (body: object = {}): Promise<TestAnswer> => ask('POST', url, { name: 'Line A', ...body });
const register = (key: string, uuid: string): Promise<TestAnswer> =>
  server.http('POST', '/device/register', {
    token: key,
    body: { uuid, deviceName: `board ${uuid}`, deviceType: 'esp32' },
  });
const nobodys = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';

describe('POST /provisioning-keys', () => {
  it('shows the key once, and stores its hash', async () => {
    const { status, body, headers } = await make({ max_devices: 5, reregistration: 'rotate' });
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    expect(body).toMatchObject({ status: 'active', max_devices: 5, devices_used: 0, reregistration: 'rotate' });
    expect(body.key).toMatch(new RegExp(`^${body.prefix}_\\w{49}$`));
    const read = await ask('GET', `${url}/${body.id}`);
    expect(read.body).toEqual({ ...body, key: '********' });
    const [row] = await server.database.query('SELECT * FROM provisioning_keys WHERE id = $1', [body.id]);
    expect(JSON.stringify(row)).not.toContain(String(body.key).slice(-49));
    const audit = await ask('GET', `/api/v1/audit?subject_id=${body.id}`);
    expect(JSON.stringify(audit.body)).not.toContain(String(body.key).slice(-49));
    expect(audit.body.map((one: { action: string }) => one.action)).toEqual(['provisioning_key.created']);
  });

  it.each([
    ['no name', { name: undefined }, 'name'],
    ['no devices at all', { max_devices: 0 }, 'max_devices'],
    ['a time gone by', { expires_at: '2001-01-01T00:00:00Z' }, 'expires_at'],
    ['another policy', { reregistration: 'ignore' }, 'reregistration'],
    ['a label that is not there', { label_ids: [nobodys] }, 'label_ids.0'],
    ['a profile that is not there', { profile_id: nobodys }, 'profile_id'],
    ['a place that is not there', { place_id: nobodys }, 'place_id'],
    ['half a location', { placement: { location: { latitude: 1 } } }, 'placement.location.longitude'],
    ['a placement with more', { placement: { planet: 'Mars' } }, 'placement.planet'],
    ['a count of its own', { devices_used: 0 }, 'devices_used'],
  ])('refuses %s', async (_, body, path) => {
    const answer = await make(body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, path]);
  });

  it('gives nothing of another tenant’s', async () => {
    const label = await world.aLabel('theirs');
    const stranger = await server.signUp();
    const body = { name: 'x', label_ids: [label.id] };
    expect((await server.http('POST', url, { token: stranger.token, body })).status).toBe(400);
  });

  it('is for admins', async () => {
    const { body } = await ask('POST', '/api/v1/api-keys', { name: 'x', scopes: ['write'] });
    expect((await server.http('GET', url, { apiKey: body.key })).status).toBe(403);
    expect((await server.http('GET', url)).status).toBe(401);
  });
});

describe('GET /provisioning-keys', () => {
  it('finds keys by what they are and what they give', async () => {
    const label = await world.aLabel('line');
    const [plain, labelled, disabled, soon, full] = [
      await make({ name: 'plain' }),
      await make({ name: 'labelled', label_ids: [label.id] }),
      await make({ name: 'disabled', enabled: false }),
      await make({ name: 'soon', expires_at: new Date(clock.nowMs() + 3_600_000).toISOString() }),
      await make({ name: 'full', max_devices: 1 }),
    ];
    await register(full.body.key, 'board-1');
    await server.database.query(`UPDATE provisioning_keys SET expires_at = now() - interval '1 s' WHERE id = $1`, [
      soon.body.id,
    ]);
    const ids = async (query: string): Promise<string[]> =>
      (await ask('GET', `${url}${query}`)).body.map((one: { id: string }) => one.id);
    expect(await ids('')).toEqual([full, soon, disabled, labelled, plain].map(({ body }) => body.id));
    expect(await ids('?name=LAB')).toEqual([labelled.body.id]);
    expect(await ids(`?label_id=${label.id}`)).toEqual([labelled.body.id]);
    expect(await ids('?status=disabled')).toEqual([disabled.body.id]);
    expect(await ids('?status=expired')).toEqual([soon.body.id]);
    expect(await ids('?status=exhausted')).toEqual([full.body.id]);
    expect(await ids('?status=active&limit=1')).toEqual([labelled.body.id]);
  });
});

describe('PUT /provisioning-keys/{id}', () => {
  it('takes what GET gave, changes what it names, and clears what is null', async () => {
    const { body: made } = await make({ max_devices: 5, placement: { country: 'India' } });
    const read = await ask('GET', `${url}/${made.id}`);
    expect((await ask('PUT', `${url}/${made.id}`, read.body)).body).toEqual(read.body);
    const changed = await ask('PUT', `${url}/${made.id}`, { name: 'Line B', max_devices: null, enabled: false });
    expect(changed.body).toMatchObject({ name: 'Line B', max_devices: null, enabled: false, status: 'disabled' });
    expect(changed.body).toMatchObject({ placement: { country: 'India' }, version: 2 });
    const patched = await ask('PATCH', `${url}/${made.id}`, { placement: null, enabled: true });
    expect(patched.body).toMatchObject({ placement: null, enabled: true, version: 3 });
  });

  it('refuses a lost update, and what nobody may set', async () => {
    const { body, headers } = await make();
    const stale = { 'if-match': String(headers['etag']) };
    expect((await ask('PUT', `${url}/${body.id}`, { name: 'one' }, stale)).status).toBe(200);
    expect((await ask('PUT', `${url}/${body.id}`, { name: 'two' }, stale)).status).toBe(412);
    expect((await ask('DELETE', `${url}/${body.id}`, undefined, stale)).status).toBe(412);
    expect((await ask('PUT', `${url}/${body.id}`, { key: 'flp_x' })).status).toBe(400);
    expect((await ask('PUT', `${url}/${body.id}`, { devices_used: 7 })).status).toBe(400);
  });

  it('changes nothing when it refuses a part', async () => {
    const { body } = await make();
    expect((await ask('PUT', `${url}/${body.id}`, { name: 'two', label_ids: [nobodys] })).status).toBe(400);
    expect((await ask('GET', `${url}/${body.id}`)).body.name).toBe('Line A');
  });

  it('is not there for another tenant', async () => {
    const { body } = await make();
    const { token } = await server.signUp();
    for (const method of ['GET', 'DELETE'])
      expect((await server.http(method, `${url}/${body.id}`, { token })).status).toBe(404);
  });
});

describe('a key', () => {
  it('is refused while it is disabled, from its expiry on, and when it is revoked', async () => {
    const { body } = await make({ expires_at: new Date(clock.nowMs() + 60_000).toISOString() });
    expect((await register(body.key, 'board-1')).status).toBe(200);
    await ask('PATCH', `${url}/${body.id}`, { enabled: false });
    expect((await register(body.key, 'board-2')).status).toBe(401);
    await ask('PATCH', `${url}/${body.id}`, { enabled: true });
    expect((await register(body.key, 'board-2')).status).toBe(200);
    clock.advance(60_000);
    expect((await register(body.key, 'board-3')).status).toBe(401);
    const other = await make();
    expect((await ask('DELETE', `${url}/${other.body.id}`)).status).toBe(204);
    expect((await register(other.body.key, 'board-3')).status).toBe(401);
    expect((await ask('DELETE', `${url}/${other.body.id}`)).status).toBe(404);
  });

  it('says which devices used it and when', async () => {
    const { body } = await make();
    await register(body.key, 'board-1');
    clock.advance(1_000);
    const second = await register(body.key, 'board-2');
    await server.http('POST', '/device/board-2/key-exchange', { token: second.body.apiKey });
    const { body: devices, headers } = await ask('GET', `${url}/${body.id}/devices`);
    expect(headers['x-total-count']).toBe('2');
    expect(devices).toMatchObject([
      { uuid: 'board-2', name: 'board board-2', confirmed: true, retired: false },
      { uuid: 'board-1', confirmed: false, retired: false },
    ]);
    expect(Date.parse(devices[0].registered_at)).toBeGreaterThanOrEqual(Date.parse(devices[1].registered_at) + 1_000);
    await ask('DELETE', `/api/v1/devices/${devices[1].device_id}`);
    expect((await ask('GET', `${url}/${body.id}/devices`)).body[1]).toMatchObject({ uuid: 'board-1', retired: true });
    const read = await ask('GET', `${url}/${body.id}`);
    expect(read.body.devices_used).toBe(2);
    expect(Date.parse(read.body.last_used_at)).toBeGreaterThanOrEqual(Date.parse(devices[0].registered_at));
  });

  it('gives no label, profile or place that was deleted since', async () => {
    const label = await world.aLabel('gone soon');
    const { body: profile } = await ask('POST', '/api/v1/device-profiles', { name: 'gone soon' });
    const { body: place } = await ask('POST', '/api/v1/places', { name: 'gone soon' });
    const { body } = await make({ label_ids: [label.id], profile_id: profile.id, place_id: place.id });
    for (const path of [`labels/${label.id}`, `device-profiles/${profile.id}`, `places/${place.id}`])
      expect((await ask('DELETE', `/api/v1/${path}`)).status).toBe(204);
    expect((await ask('GET', `${url}/${body.id}`)).body).toMatchObject({
      ...{ label_ids: [], profile_id: null, place_id: null },
    });
    expect((await register(body.key, 'board-1')).status).toBe(200);
  });
});
