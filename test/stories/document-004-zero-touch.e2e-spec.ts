import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { document004, endOfDocument004, expectedEndOfDocument004, firstTelemetry } from '../support/document-004.js';
import { answer, HttpSink } from '../support/http-sink.js';
import { TenantWorld } from '../support/tenant-world.js';

const { country, state, device, location } = document004;

/**
 * Document 004's workflow with nothing on the device but a provisioning key: one call does what its script does in five
 * steps, the first telemetry is the sixth.
 */
describe('document 004 with a zero-touch key', () => {
  let server: TestApp;
  let lookup: HttpSink;
  let world: TenantWorld;

  beforeAll(async () => {
    lookup = await HttpSink.start();
    server = await startTestApp({ settings: { trustProxy: true, geoipUrl: lookup.url } });
  });
  beforeEach(async () => {
    world = await TenantWorld.create(server);
  });
  afterAll(async () => {
    await server.close();
    await lookup.close();
  });

  const gateway = { uuid: 'papaya-0001', deviceName: device.name, deviceType: 'gateway', serial: device.serial };
  const aKey = async (placement: object): Promise<string> => {
    const body = { name: 'gateways', placement };
    return (await server.http('POST', '/api/v1/provisioning-keys', { token: world.token, body })).body.key;
  };
  const register = async (token: string, said: object = {}, address = '8.8.8.8'): Promise<Body> => {
    const headers = { 'x-forwarded-for': address };
    const body = { ...gateway, ...said };
    const answered = await server.http('POST', '/api/v1/device/register', { token, headers, body });
    expect(answered.status).toBe(200);
    return answered.body;
  };
  const end = () => endOfDocument004((path) => world.get(path));

  const ways: [how: string, send: (registered: Body) => Promise<TestAnswer>][] = [
    [
      'its key',
      ({ apiKey: token }) => server.http('POST', '/gateway/device-data/ingest', { token, body: firstTelemetry }),
    ],
    [
      'its access token',
      ({ accessToken }) => server.http('POST', `/api/v1/${String(accessToken)}/telemetry`, { body: firstTelemetry }),
    ],
  ];

  it.each(ways)('ends in the tree, the device and its first telemetry, sent with %s', async (_, send) => {
    const key = await aKey({});
    const first = await register(key, { ...location, country, state });
    expect(first.placement).toMatchObject({
      ...{ device_created: true, location_source: 'device' },
      path: [{ created: true }, { created: true }],
    });
    expect((await send(first)).status).toBeLessThan(300);
    expect(await end()).toEqual(expectedEndOfDocument004);

    const again = await register(key, { ...location, country, state });
    expect(again.placement).toMatchObject({ device_created: false, path: [{ created: false }, { created: false }] });
    expect([again.accessToken, again.apiKey]).toEqual([first.accessToken, undefined]);
    expect(await end()).toEqual(expectedEndOfDocument004);
  });

  it('ends there when the device knows nothing of where it is, and its address does', async () => {
    const found = { country_name: country, region: state, ...location };
    lookup.script(answer(200, JSON.stringify(found)));
    const registered = await register(await aKey({}), {}, '8.8.4.4');
    expect(registered.placement.location_source).toBe('ip');
    await ways[0]?.[1](registered);
    expect(await end()).toEqual(expectedEndOfDocument004);
  });

  it('ends there when nobody but the key knows', async () => {
    lookup.script(answer(503));
    const registered = await register(await aKey({ country, state, location }), {}, '1.1.1.1');
    expect(registered.placement.location_source).toBe('default');
    await ways[0]?.[1](registered);
    expect(await end()).toEqual(expectedEndOfDocument004);
  });
});
