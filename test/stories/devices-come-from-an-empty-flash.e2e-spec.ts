import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { LossyRoad } from '../support/field/lossy-road.js';
import { SimulatedAgent } from '../support/field/simulated-agent.js';
import { SimulatedEsp32 } from '../support/field/simulated-esp32.js';
import { HttpSink } from '../support/http-sink.js';
import { TenantWorld } from '../support/tenant-world.js';

interface Heard {
  event: string;
  device: { id: string; name: string };
  data: Record<string, unknown>;
}

interface DeviceKey {
  confirmed_at: string | null;
  revoked_at: string | null;
}

/** From nothing but a token, or the key of a fleet, to a message in somebody's endpoint; as it should be, and on a bad road. */
describe.each([
  ['on a good road', false],
  ['with every answer lost once', true],
])('devices come from an empty flash, %s', (_, losesAnswers) => {
  let app: TestApp;
  let sink: HttpSink;
  let road: LossyRoad;
  let world: TenantWorld;
  let label: { id: string };

  beforeAll(async () => {
    [app, sink] = await Promise.all([startTestApp(), HttpSink.start()]);
    const server = await app.listen();
    road = await LossyRoad.to(() => server, { losesAnswers });
  });
  beforeEach(async () => {
    world = await TenantWorld.create(app);
    label = await world.aLabel('the fleet');
    const tell = await world.aFunction(
      `function tell(message) { return { event: message.event, device: message.device, data: message.data }; }`,
    );
    const webhook = await world.anIntegration('http', { url: sink.url + endpoint() });
    await world.aFlow(
      [
        {
          id: 'fleet',
          type: 'label',
          entityId: label.id,
          events: ['device_claimed', 'device_registered', 'telemetry'],
        },
        { id: 'tell', type: 'function', entityId: tell.id },
        { id: 'webhook', type: 'integration', entityId: webhook.id },
      ],
      [
        ['fleet', 'tell'],
        ['tell', 'webhook'],
      ],
    );
  });
  afterAll(async () => {
    await road.close();
    await app.close();
    await sink.close();
  });

  /** Of this test alone: what an earlier one sent may still be on its way. */
  const endpoint = (): string => `/of/${world.tenantId}`;
  const made = async (url: string, body: object): Promise<Body> =>
    (await app.http('POST', url, { token: world.token, body })).body;
  /** What the endpoint heard of one kind of event. */
  const heard = (event: string): Promise<Heard[]> =>
    eventually(async () => {
      const own = sink.requests.filter(({ url }) => url === endpoint());
      const all = own.map(({ body }) => JSON.parse(body) as Heard).filter((one) => one.event === event);
      return Promise.resolve(all.length > 0 ? all : undefined);
    }, `${event} in the endpoint`);
  const liveKeysOf = async (id: string): Promise<DeviceKey[]> => {
    const keys: DeviceKey[] = await world.get(`/api/v1/devices/${id}/keys`);
    return keys.filter((key) => key.revoked_at === null);
  };

  it('an ESP32 of document 002', async () => {
    const device = await world.aDevice({ name: 'Factory Meter 1', label_ids: [label.id] });
    const issued = await made(`/gateway/devices/${device.id}/provision`, { notes: 'Line A ESP32' });
    const board = new SimulatedEsp32(road.url, { token: issued.token });

    await board.boot();
    await board.measure({ voltage: 228.4, current: 3.2, power_factor: 0.97, kwh: 1234.5 });

    const [claimed, ...claimedAgain] = await heard('device_claimed');
    expect(claimed?.device).toMatchObject({ id: device.id, name: 'Factory Meter 1' });
    expect(claimedAgain).toEqual([]);
    const [message] = await heard('telemetry');
    expect(message?.data).toMatchObject({ voltage: 228.4, kwh: 1234.5 });
    expect((await world.get(`/gateway/devices/${device.id}/telemetry/latest`)).payload).toMatchObject({ kwh: 1234.5 });
    expect(await liveKeysOf(device.id)).toMatchObject([{ confirmed_at: expect.any(String) }]);

    await new SimulatedEsp32(road.url, board.flash).boot();
    expect(await liveKeysOf(device.id)).toHaveLength(1);
    expect(road.lost > 0).toBe(losesAnswers);
  });

  it.each(['', '/api', '/api/v1'])('an agent of document 000 that is told “host%s”', async (path) => {
    const fleet = await made('/api/v1/provisioning-keys', { name: 'a fleet', label_ids: [label.id], max_devices: 1 });
    const agent = new SimulatedAgent(`${road.url}${path}`, { provisioningKey: fleet.key });

    await agent.boot();
    await agent.measure(`${road.url}/gateway/device-data/ingest`, { temperature: 21.5 });

    const [registered, ...registeredAgain] = await heard('device_registered');
    expect(registered?.data).toMatchObject({ uuid: agent.flash.uuid, provisioning_key_id: fleet.id });
    expect(registeredAgain).toEqual([]);
    const [message] = await heard('telemetry');
    expect([message?.device.name, message?.data]).toEqual(['my-device', { temperature: 21.5 }]);
    const id = agent.flash.deviceId?.slice(4) ?? '';
    expect([message?.device.id, agent.flash.provisioningKey]).toEqual([id, undefined]);
    expect(await liveKeysOf(id)).toMatchObject([{ confirmed_at: expect.any(String) }]);

    const target = { apps: { '1001': { appId: 1001, appName: 'My App', services: [] } } };
    await app.http('PATCH', `/api/v1/devices/${id}/twin`, { token: world.token, body: { target } });
    const polled = await agent.pollTarget();
    expect(polled.body[agent.flash.uuid ?? '']).toMatchObject(target);
    expect((await agent.pollTarget(polled.etag ?? '')).status).toBe(304);
    await agent.report(target);
    expect(await world.get(`/api/v1/devices/${id}/twin`)).toMatchObject({ reported: target });

    await new SimulatedAgent(`${road.url}${path}`, agent.flash).boot();
    expect((await world.get(`/api/v1/provisioning-keys/${String(fleet.id)}`)).devices_used).toBe(1);
  });
});
