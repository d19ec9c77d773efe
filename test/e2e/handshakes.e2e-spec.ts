import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

describe('the first telemetry of a device', () => {
  const clock = new FakeClock();
  let server: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    server = await startTestApp({ clock });
  });
  beforeEach(async () => {
    world = await TenantWorld.create(server);
  });
  afterAll(() => server.close());

  const aKeyOf = async (id: string): Promise<string> =>
    (await server.http('POST', `/api/v1/devices/${id}/keys`, { token: world.token, body: {} })).body.key;
  const send = async (key: string, body: object): Promise<void> => {
    const answer = await server.http('POST', '/gateway/device-data/ingest', {
      headers: { authorization: `Bearer ${key}` },
      body,
    });
    expect(answer.status).toBe(201);
  };
  const once = (id: string, latest: object): Promise<Body> =>
    eventually(
      async () => {
        const device = await world.get(`/api/v1/devices/${id}`);
        return Object.entries(latest).every(([key, value]) => device.latest[key] === value) ? device : undefined;
      },
      `a device with ${JSON.stringify(latest)}`,
    );

  it('closes its handshake, and no later one does', async () => {
    const device = await world.aDevice();
    expect(await world.get(`/api/v1/devices/${device.id}`)).toMatchObject({ handshake_at: null });
    const key = await aKeyOf(device.id);
    const before = clock.nowMs();
    await send(key, { serial: 'SN-1', latitude: 28.6, longitude: 77.2, system_info: 'Host: a, OS: b' });
    const { handshake_at: at } = await once(device.id, { serial: 'SN-1', latitude: 28.6 });
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
    clock.advance(60_000);
    await send(key, { serial: 'SN-2' });
    const known = await once(device.id, { serial: 'SN-2' });
    expect(known.handshake_at).toBe(at);
    // What GET gave can be PUT, also what it gave before the handshake.
    const put = (handshake_at: unknown) =>
      server.http('PUT', `/api/v1/devices/${device.id}`, { token: world.token, body: { handshake_at } });
    expect((await Promise.all([put(at), put(null)])).map(({ status }) => status)).toEqual([200, 200]);
    expect((await put('2099-01-01T00:00:00Z')).body.errors).toMatchObject([{ path: 'handshake_at' }]);
  });

  it('is not what ChirpStack says of it', async () => {
    const device = await world.aDevice();
    await world.post(device.dev_eui, { object: { temperature: 20 } });
    expect((await once(device.id, { temperature: 20 })).handshake_at).toBeNull();
  });
});
