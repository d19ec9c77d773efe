import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { LossyRoad } from '../support/field/lossy-road.js';
import { ServerProcess } from '../support/server-process.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { TenantWorld } from '../support/tenant-world.js';

describe('a gateway that is a Fieldline itself', () => {
  let upstream: TestApp;
  let fleet: TenantWorld;
  let provisioningKey: string;
  /** Loses the first answer to every request. */
  let road: LossyRoad;
  /** Lets nothing pass at first. */
  let line: TcpProxy;
  let apiEndpoint: string;
  let database: TestDatabase;
  let gateway: ServerProcess;

  const startGateway = (): Promise<ServerProcess> =>
    ServerProcess.start({
      DATABASE_URL: database.url,
      IDENTITY_LOCAL_ACCESS: 'true',
      UPSTREAM_POLL_SECONDS: '1',
    });

  beforeAll(async () => {
    upstream = await startTestApp();
    fleet = await TenantWorld.create(upstream);
    provisioningKey = String((await ofFleet('POST', 'provisioning-keys', { name: 'gateways', max_devices: 1 })).key);
    road = await LossyRoad.to(await upstream.listen(), { losesAnswers: true });
    const through = await TcpProxy.inFrontOf(road.url);
    line = through.proxy;
    apiEndpoint = new URL('/api/v1', through.url).href;
    database = await createTestDatabase();
    gateway = await startGateway();
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await line.close();
    await road.close();
    await upstream.close();
    await database.drop();
  });

  async function ofFleet(method: string, path: string, body?: unknown): Promise<Body> {
    const sent = { token: fleet.token, ...(body === undefined ? {} : { body }) };
    const answer = await upstream.http(method, `/api/v1/${path}`, sent);
    if (answer.status >= 300) throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** On the gateway itself, without a login. */
  async function onGateway(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    return gateway.http(method, `/api/v1/${path}`, body === undefined ? {} : { body });
  }

  const twinWhere = (id: string, holds: (twin: Body) => boolean): Promise<Body> =>
    eventually(async () => {
      const twin = await ofFleet('GET', `devices/${id}/twin`);
      return holds(twin) ? twin : undefined;
    }, 'a twin that has heard of it');

  it('registers when its upstream is there, killed between and with every answer lost once; then it is a device among others', async () => {
    const { uuid } = (await onGateway('GET', 'device')).body;
    await line.refuse();
    const asked = { apiEndpoint, provisioningKey, deviceName: 'gateway 7', deviceType: 'gateway' };
    const pending = await onGateway('POST', 'device/register', asked);
    expect([pending.status, pending.body.status]).toEqual([202, 'pending']);

    await gateway.kill();
    await line.heal();
    gateway = await startGateway();
    const identity = await eventually(async () => {
      const { body } = await onGateway('GET', 'device');
      return body.registration?.status === 'registered' ? body : undefined;
    }, 'a gateway that is registered');
    expect(identity).toMatchObject({ uuid, deviceName: 'gateway 7', deviceType: 'gateway', provisioned: true });
    expect(road.lost).toBeGreaterThanOrEqual(2);

    // One device with one key that works, whatever was asked twice.
    const [device, ...others] = await ofFleet('GET', `devices?uuid=${String(uuid)}`);
    expect(others).toEqual([]);
    expect(identity.deviceId).toBe(`dev_${String(device.id)}`);
    const keys = await ofFleet('GET', `devices/${String(device.id)}/keys`);
    expect(keys.filter((key: Body) => key.revoked_at === null)).toHaveLength(1);
    expect(keys[0].confirmed_at).not.toBeNull();
    const registrations = await ofFleet('GET', `devices/${String(device.id)}/history?event=device_registered`);
    expect(registrations).toHaveLength(1);

    // Its heartbeats are the upstream's.
    await twinWhere(device.id, ({ reported }) => reported.agent_version !== undefined);
    await eventually(async () => {
      const { status } = await ofFleet('GET', `devices/${String(device.id)}`);
      return status === 'online' ? true : undefined;
    }, 'a gateway that is online');

    // What it is to be comes down, what it is goes up, until there is no difference.
    const apps = { '1001': { appId: 1001, appName: 'My App', services: [] } };
    await ofFleet('PATCH', `devices/${String(device.id)}/twin`, { target: { apps } });
    const target = await eventually(async () => {
      const { body } = await onGateway('GET', 'state/target');
      return body.source === 'upstream' ? body : undefined;
    }, 'a target from upstream');
    expect(target.apps).toEqual(apps);
    expect(
      (await twinWhere(device.id, ({ reported }) => reported.target?.version === target.version)).reported,
    ).toMatchObject({
      target: { source: 'upstream' },
    });
    await onGateway('POST', 'state/current', { apps });
    const twin = await twinWhere(device.id, ({ reported }) => reported.apps !== undefined);
    expect(twin.reported.apps).toEqual(apps);

    // The key of the fleet is gone from the gateway, and its own is told to nobody.
    const [row] = await database.query<Body>('SELECT * FROM upstream_registrations');
    expect(row).toMatchObject({ state: 'linked', provisioning_key_sealed: null, device_key_sealed: null });
    expect(identity.apiKey).toMatch(/^[0-9a-f]{6}\.\.\.$/);
    expect(gateway.log).not.toContain(provisioningKey);
  }, 90_000);
});
