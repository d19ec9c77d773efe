import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { DeviceContexts } from '../../src/modules/devices/device-contexts.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

const clock = new FakeClock();
let server: TestApp;
let world: TenantWorld;
let contexts: DeviceContexts;

beforeAll(async () => {
  server = await startTestApp({ clock });
  world = await TenantWorld.create(server);
  contexts = server.app.get(DeviceContexts);
});
afterAll(() => server.close());

const contextOf = async (deviceId: string) =>
  (await contexts.contextsOf([{ tenantId: world.tenantId, deviceId }])).get(deviceId);
const put = async (path: string, body: unknown): Promise<void> => {
  expect((await server.http('PUT', `/api/v1/${path}`, { token: world.token, body })).status).toBe(200);
};

describe('the context of a device', () => {
  it('holds what a flow is told', async () => {
    const [b, a] = [await world.aLabel('b'), await world.aLabel('a')];
    const given = { serial: 's', metadata: { crop: 'tomato' }, location: { latitude: 1, longitude: 2 } };
    const { id, name, dev_eui } = await world.aDevice({ ...given, label_ids: [a.id, b.id] });
    expect(await contextOf(id)).toEqual({
      id,
      name,
      dev_eui,
      mac: null,
      uuid: null,
      serial: 's',
      labels: [
        { id: a.id, name: 'a' },
        { id: b.id, name: 'b' },
      ],
      profile: null,
      metadata: { crop: 'tomato' },
      location: { latitude: 1, longitude: 2, altitude: null, source: 'manual' },
    });
  });

  it('is read once for many, and not again until something changes', async () => {
    const devices = [await world.aDevice(), await world.aDevice()];
    const keys = devices.map(({ id }) => ({ tenantId: world.tenantId, deviceId: id }));
    const named = jest.spyOn(server.app.get(HotPool), 'named');
    const reads = (): number => named.mock.calls.filter(([name]) => name === 'device-contexts').length;
    expect((await contexts.contextsOf(keys)).size).toBe(2);
    expect((await contexts.contextsOf(keys)).size).toBe(2);
    expect(reads()).toBe(1);
    clock.advance(31_000);
    await contexts.contextsOf(keys);
    expect(reads()).toBe(2);
    named.mockRestore();
  });

  it('is read once for all who ask in the same moment', async () => {
    const devices = await Promise.all(Array.from({ length: 20 }, () => world.aDevice()));
    const named = jest.spyOn(server.app.get(HotPool), 'named');
    const found = await Promise.all(devices.map(({ id }) => contextOf(id)));
    expect(named.mock.calls.filter(([name]) => name === 'device-contexts')).toHaveLength(1);
    expect(found.map((context) => context?.id)).toEqual(devices.map(({ id }) => id));
    named.mockRestore();
  });

  it('is read ahead where its device is expected, by the DevEUI it had', async () => {
    const { id, dev_eui: devEui } = await world.aDevice();
    const named = jest.spyOn(server.app.get(HotPool), 'named');
    const reads = (): number => named.mock.calls.filter(([name]) => name === 'device-contexts').length;
    contexts.foresee({ tenantId: world.tenantId, devEui });
    expect(reads()).toBe(0);
    await contextOf(id);
    clock.advance(31_000);
    contexts.foresee({ tenantId: world.tenantId, devEui });
    expect((await contextOf(id))?.id).toBe(id);
    expect(reads()).toBe(2);
    named.mockRestore();
  });

  it('changes with the device, with what it wears, and with the names of its labels', async () => {
    const label = await world.aLabel('hot');
    const { id } = await world.aDevice();
    const seen = async (): Promise<string> => {
      const context = await contextOf(id);
      return [context?.name, ...(context?.labels ?? []).map(({ name }) => name)].join(' ');
    };
    await put(`devices/${id}`, { name: 'one' });
    expect(await seen()).toBe('one');
    await put(`devices/${id}`, { name: 'two' });
    expect(await seen()).toBe('two');
    await put(`devices/${id}/labels`, [label.id]);
    expect(await seen()).toBe('two hot');
    await put(`labels/${label.id}`, { name: 'cold' });
    expect(await seen()).toBe('two cold');
    await server.http('DELETE', `/api/v1/labels/${label.id}`, { token: world.token });
    expect(await seen()).toBe('two');
  });

  it('changes with the profile of the device, and with its codec', async () => {
    const ask = (method: string, path: string, body?: unknown) =>
      server.http(method, `/api/v1/${path}`, { token: world.token, ...(body === undefined ? {} : { body }) });
    const profile = (await ask('POST', 'device-profiles', { name: 'kind' })).body;
    const codec = await world.aFunction('function Decode(fPort, bytes) { return {}; }');
    const { id } = await world.aDevice({ profile_id: profile.id });
    expect((await contextOf(id))?.profile).toEqual({ name: 'kind', codecFunctionId: null, codec: null });
    await put(`device-profiles/${profile.id}`, { name: 'sort', codec_function_id: codec.id });
    expect((await contextOf(id))?.profile).toEqual({ name: 'sort', codecFunctionId: codec.id, codec: null });
    await ask('DELETE', `device-profiles/${profile.id}?force=true`);
    expect((await contextOf(id))?.profile).toBeNull();
  });

  it('outlives the device, whose last messages still run', async () => {
    const { id, name } = await world.aDevice();
    await server.http('DELETE', `/api/v1/devices/${id}`, { token: world.token });
    expect(await contextOf(id)).toMatchObject({ id, name, labels: [] });
  });

  it('is not told to another tenant, also when it is in memory', async () => {
    const { id } = await world.aDevice();
    await contextOf(id);
    const other = await TenantWorld.create(server);
    expect((await contexts.contextsOf([{ tenantId: other.tenantId, deviceId: id }])).size).toBe(0);
    expect(await contextOf(id)).toMatchObject({ id });
  });
});

describe('a retired device', () => {
  it('has its messages parked', async () => {
    const { id, dev_eui } = await world.aDevice();
    expect(await world.post(dev_eui)).toMatchObject({ success: true, device_id: id });
    await server.http('DELETE', `/api/v1/devices/${id}`, { token: world.token });
    expect(await world.post(dev_eui)).toMatchObject({ success: false, parked: true });
  });
});
