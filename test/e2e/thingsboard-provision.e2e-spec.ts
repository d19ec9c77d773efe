import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';

let server: TestApp;
let world: TenantWorld;
let key: { id: string; prefix: string; key: string };

beforeAll(async () => {
  server = await startTestApp();
});
beforeEach(async () => {
  world = await TenantWorld.create(server);
  key = await aKey();
});
afterAll(() => server.close());

async function aKey(given: object = {}): Promise<{ id: string; prefix: string; key: string }> {
  const body = { name: 'Line A', ...given };
  return (await server.http('POST', '/api/v1/provisioning-keys', { token: world.token, body })).body as typeof key;
}
const provision = (more: object = {}, of = key): Promise<TestAnswer> =>
  server.http('POST', '/api/v1/provision', {
    body: { deviceName: 'meter-01', provisionDeviceKey: of.id, provisionDeviceSecret: of.key, ...more },
  });
const say = (token: string): Promise<TestAnswer> =>
  server.http('POST', `/api/v1/${token}/telemetry`, { body: { kwh: 1 } });
/** Its readings are on the device: it has spoken. */
const speak = async (token: string): Promise<void> => {
  expect((await say(token)).status).toBe(200);
  await eventually(async () => {
    const known = await devices();
    return known.some(({ handshake_at }) => handshake_at !== null) ? true : undefined;
  }, 'the first telemetry');
};
const devices = (): Promise<Body[]> => world.get('/api/v1/devices?sort=name');

describe('POST /api/v1/provision', () => {
  it('makes the device and tells it the token that it speaks with', async () => {
    const { status, body } = await provision();
    expect([status, body]).toEqual([
      200,
      { status: 'SUCCESS', credentialsType: 'ACCESS_TOKEN', credentialsValue: expect.stringMatching(/^\w{20}$/) },
    ]);
    expect((await say(body.credentialsValue)).status).toBe(200);
    const [device] = await devices();
    expect(device).toMatchObject({ name: 'meter-01', uuid: 'meter-01', status: 'online' });
    const registered = await world.get(`/api/v1/provisioning-keys/${key.id}/devices`);
    expect(registered).toHaveLength(1);
  });

  it('takes the prefix for the key, and what stands behind it for the secret', async () => {
    const secret = key.key.slice(key.prefix.length + 1);
    const answer = await provision({ provisionDeviceKey: key.prefix, provisionDeviceSecret: secret });
    expect(answer.body.status).toBe('SUCCESS');
  });

  it('tells whoever lost the answer the same again, also twenty at once', async () => {
    const first = (await provision()).body.credentialsValue as string;
    const answers = await Promise.all(Array.from({ length: 20 }, () => provision()));
    expect(answers.map(({ body }) => body.credentialsValue as string)).toEqual(answers.map(() => first));
    expect(await devices()).toHaveLength(1);
  });

  it('tells nobody the token of a device that has spoken', async () => {
    const { body } = await provision();
    await speak(body.credentialsValue);
    expect((await provision()).body).toEqual({ status: 'FAILURE', errorMsg: 'Failed to provision device!' });
    const returning = await aKey({ name: 'B', reregistration: 'return' });
    expect((await provision({}, returning)).body.status).toBe('FAILURE');
    expect((await say(body.credentialsValue)).status).toBe(200);
  });

  it('gives a device that has spoken another token where the key rotates', async () => {
    const rotating = await aKey({ name: 'B', reregistration: 'rotate' });
    const before = (await provision({}, rotating)).body.credentialsValue as string;
    await speak(before);
    const after = (await provision({}, rotating)).body.credentialsValue as string;
    expect(after).not.toBe(before);
    expect([(await say(before)).status, (await say(after)).status]).toEqual([401, 200]);
  });

  it('gives a device without a name one', async () => {
    for (let n = 0; n < 2; n += 1) expect((await provision({ deviceName: undefined })).body.status).toBe('SUCCESS');
    expect((await devices()).map(({ name }) => String(name))).toEqual([
      expect.stringMatching(/^device-/),
      expect.stringMatching(/^device-/),
    ]);
  });

  it('says NOT_FOUND to a key that is none, and to a secret of another', async () => {
    const other = await aKey({ name: 'B' });
    const notFound = { status: 'NOT_FOUND', errorMsg: 'Provision data was not found!' };
    for (const wrong of [
      { provisionDeviceSecret: 'x' },
      { provisionDeviceKey: 'x' },
      { provisionDeviceKey: other.id },
      { provisionDeviceKey: other.prefix },
      { provisionDeviceSecret: `${key.key.slice(0, -1)}_` },
    ]) {
      expect(await provision(wrong)).toMatchObject({ status: 200, body: notFound });
    }
    await server.http('DELETE', `/api/v1/provisioning-keys/${key.id}`, { token: world.token });
    expect((await provision()).body).toEqual(notFound);
    expect(await devices()).toEqual([]);
  });

  it('says FAILURE where the key takes no more, or the device brings its own credentials', async () => {
    const small = await aKey({ name: 'B', max_devices: 1 });
    expect((await provision({}, small)).body.status).toBe('SUCCESS');
    expect((await provision({ deviceName: 'meter-02' }, small)).body.status).toBe('FAILURE');
    expect((await provision({ deviceName: 'meter-03', token: 'A'.repeat(20) })).body.status).toBe('FAILURE');
    expect((await provision({ deviceName: 'meter-03', credentialsType: 'X509_CERTIFICATE' })).body.status).toBe(
      'FAILURE',
    );
    expect(await devices()).toHaveLength(1);
  });

  it('refuses what is no request', async () => {
    for (const body of ['x', '[]', '{}', '{"provisionDeviceKey":"a"}']) {
      const headers = { 'content-type': 'application/json' };
      expect((await server.http('POST', '/api/v1/provision', { body, headers })).status).toBe(400);
    }
  });

  it('places the device where its key says, and tells it its token each time', async () => {
    const placing = await aKey({ name: 'B', placement: { country: 'India', state: 'Delhi' } });
    const first = await provision({}, placing);
    await speak(first.body.credentialsValue);
    expect((await provision({}, placing)).body).toEqual(first.body);
    const [device] = await devices();
    expect(device).toMatchObject({ name: 'meter-01', place: { name: 'Delhi' }, profile: { name: 'IoT-Gateway' } });
  });
});
