import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui, anUplink } from '../support/uplinks.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const keys = '/api/v1/api-keys';
let app: TestApp;
let world: TenantWorld;

beforeAll(async () => {
  app = await startTestApp();
  world = await TenantWorld.create(app);
});
afterAll(() => app.close());

const ask = (method: string, path: string, body?: unknown): Promise<TestAnswer> =>
  app.http(method, path, { token: world.token, ...(body === undefined ? {} : { body }) });
const aKey = async (given: object): Promise<Body> =>
  (await ask('POST', keys, { name: 'ChirpStack', scopes: ['ingest'], auto_register: true, ...given })).body;
const post = async (apiKey: string, devEui: string, given: Record<string, unknown> = {}): Promise<Body> => {
  const answer = await app.http('POST', '/api/v1/ingest/chirpstack?event=up', {
    apiKey,
    body: anUplink(devEui, given),
  });
  expect(answer.status).toBe(202);
  return answer.body;
};
const devicesOf = (devEui: string): Promise<Body> => world.get(`/api/v1/devices?dev_eui=${devEui}`);

describe('a key with auto_register', () => {
  it('makes the device of an unknown DevEUI, named as ChirpStack names it, with its labels and profile', async () => {
    const label = await world.aLabel('automatic');
    const profile = (await ask('POST', '/api/v1/device-profiles', { name: 'EM300', defaults: { metadata: { a: 1 } } }))
      .body;
    const key = await aKey({ default_label_ids: [label.id], profile_id: profile.id });
    expect(key).toMatchObject({ auto_register: true, default_label_ids: [label.id], profile_id: profile.id });
    const devEui = aDevEui();
    const answer = await post(key.key, devEui);
    expect(answer).toMatchObject({ success: true, device_id: expect.any(String), duplicate: false });
    expect(answer).not.toHaveProperty('error');
    const [device] = await devicesOf(devEui);
    expect(device).toMatchObject({
      id: answer.device_id,
      name: 'room-12',
      label_ids: [label.id],
      profile: { id: profile.id, name: 'EM300' },
      metadata: { a: 1 },
      status: 'online',
    });
    const history = await world.get(`/api/v1/devices/${device.id}/history?event=up`);
    expect(history.map(({ id }: Body) => id)).toEqual([answer.event_id]);
    expect(await post(key.key, devEui, { fCnt: 2 })).toMatchObject({ success: true, device_id: device.id });
  });

  it('calls it by its DevEUI where nobody says a name, and leaves alone what cannot be a DevEUI', async () => {
    const { key } = await aKey({});
    const devEui = aDevEui();
    await post(key, devEui, { deviceInfo: { devEui } });
    expect((await devicesOf(devEui))[0].name).toBe(devEui);
    const odd = await post(key, 'x', { deviceInfo: { devEui: 'not a DevEUI' } });
    expect(odd).toMatchObject({ success: false, parked: true });
  });

  it('makes exactly one of fifty that post at once, and every message is an event of it', async () => {
    const { key } = await aKey({});
    const devEui = aDevEui();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, fCnt) => post(key, devEui, { fCnt })));
    expect(new Set(answers.map(({ device_id }) => device_id)).size).toBe(1);
    expect(await devicesOf(devEui)).toHaveLength(1);
    const events = await eventually(async () => {
      const history = await world.get(`/api/v1/devices/${answers[0].device_id}/history?event=up&limit=100`);
      return history.length === 50 ? (history as Body[]) : undefined;
    }, 'fifty events');
    expect(events.map(({ id }) => id).toSorted()).toEqual(answers.map(({ event_id }) => event_id).toSorted());
    const parked = await app.database.query('SELECT FROM parked_messages WHERE dev_eui = $1', [devEui]);
    expect(parked).toEqual([]);
  });

  it('brings along what was parked before', async () => {
    const devEui = aDevEui();
    const before = await world.post(devEui);
    expect(before.parked).toBe(true);
    const { key } = await aKey({});
    const { device_id, event_id } = await post(key, devEui);
    const history = await world.get(`/api/v1/devices/${device_id}/history?event=up`);
    expect(history.map(({ id }: Body) => id)).toEqual([event_id, before.event_id]);
  });

  it('can be told to, and told not to any more, at once', async () => {
    const { id, key } = await aKey({ auto_register: false });
    expect(await post(key, aDevEui())).toMatchObject({ parked: true });
    const label = await world.aLabel('later');
    const patched = await ask('PATCH', `${keys}/${id}`, { auto_register: true, default_label_ids: [label.id] });
    expect(patched.body).toMatchObject({ auto_register: true, default_label_ids: [label.id] });
    const { device_id } = await post(key, aDevEui());
    expect((await world.get(`/api/v1/devices/${device_id}`)).label_ids).toEqual([label.id]);
    expect((await ask('PATCH', `${keys}/${id}`, patched.body)).body).toEqual(patched.body);
    await ask('PATCH', `${keys}/${id}`, { auto_register: false });
    expect(await post(key, aDevEui())).toMatchObject({ parked: true });
  });

  it('leaves the message parked where the device cannot be made', async () => {
    const label = await world.aLabel('short-lived');
    const { key } = await aKey({ default_label_ids: [label.id] });
    await post(key, aDevEui());
    await app.database.query('UPDATE labels SET deleted_at = now() WHERE id = $1', [label.id]);
    const devEui = aDevEui();
    expect(await post(key, devEui)).toMatchObject({ success: false, parked: true, error: 'unknown_device' });
    expect(await devicesOf(devEui)).toEqual([]);
  });

  it('cannot give what is not there, or is in use by it', async () => {
    const stranger = await TenantWorld.create(app);
    const foreign = await stranger.aLabel('theirs');
    for (const [path, given] of [
      ['default_label_ids.0', { default_label_ids: [foreign.id] }],
      ['profile_id', { profile_id: nobodysId }],
      ['auto_register', { auto_register: 'yes' }],
    ] as const) {
      const answer = await ask('POST', keys, { name: 'k', scopes: ['ingest'], ...given });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, path]);
    }
    const profile = (await ask('POST', '/api/v1/device-profiles', { name: 'given' })).body;
    const { id, key } = await aKey({ profile_id: profile.id });
    const refused = await ask('DELETE', `/api/v1/device-profiles/${profile.id}`);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('1 API key(s)')]);
    await ask('DELETE', `/api/v1/device-profiles/${profile.id}?force=true`);
    expect((await ask('GET', `${keys}/${id}`)).body.profile_id).toBeNull();
    const { device_id } = await post(key, aDevEui());
    expect((await world.get(`/api/v1/devices/${device_id}`)).profile).toBeNull();
  });
});
