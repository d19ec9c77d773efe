import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeKeycloak } from '../support/fake-keycloak.js';
import { audience, OidcIssuer } from '../support/oidc-issuer.js';

const clock = new FakeClock();
let keycloak: FakeKeycloak;
let issuer: OidcIssuer;
let server: TestApp;
let token: string;

beforeAll(async () => {
  keycloak = await FakeKeycloak.start();
  issuer = await OidcIssuer.start();
  const oidc = { issuer: issuer.url, audience, roleClaim: 'roles', tenantClaim: undefined, clockSkewSeconds: 30 };
  server = await startTestApp({ clock, settings: { oidc, keycloak: keycloak.settings } });
  ({ token } = await server.signUp());
});
afterEach(() => {
  keycloak.fails = null;
  keycloak.scopes = ['iot-device-audience', 'profile', 'email', 'roles'];
  expect(keycloak.unknown).toEqual([]);
});
afterAll(async () => {
  await server.close();
  await issuer.close();
  await keycloak.close();
});

const aDevice = async (): Promise<string> =>
  String((await server.http('POST', '/api/v1/devices', { token, body: { name: randomUUID() } })).body.id);
const aKey = (device: string) => server.http('POST', `/api/v1/devices/${device}/keys`, { token });
const clientOf = (device: string) => keycloak.client(`iotdevice-${device}`);
const tokenOf = (device: string, more: object = {}) => {
  const now = Math.floor(clock.nowMs() / 1_000);
  const claims = { sub: randomUUID(), azp: `iotdevice-${device}`, typ: 'Bearer', roles: ['admin'] };
  return issuer.sign({ ...claims, iat: now, exp: now + 300, ...more });
};
const post = async (credential: string): Promise<number> =>
  (await server.http('POST', '/api/device-data/ingest', { token: credential, body: { kwh: 1 } })).status;
const swept = async (): Promise<void> => {
  clock.advance(61_000);
  await server.app.get(Maintenance).runNow('keycloak-clients');
};

describe('a device that is given a key', () => {
  it('is a confidential client, too, with its scopes', async () => {
    const device = await aDevice();
    expect(clientOf(device)).toBeUndefined();
    const { status, body } = await aKey(device);
    const client = clientOf(device);
    expect(status).toBe(201);
    expect(body.oidc_client).toEqual({
      client_id: `iotdevice-${device}`,
      client_secret: client?.secret,
      token_url: `${keycloak.settings.url}/realms/iot/protocol/openid-connect/token`,
    });
    expect(client).toMatchObject({
      publicClient: false,
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
      directAccessGrantsEnabled: false,
      scopes: ['roles', 'iot-device-audience', 'profile', 'email'],
    });
    await swept();
    expect(clientOf(device)).toEqual(client);
  });

  it('is one also where it claims its key', async () => {
    const device = await aDevice();
    const issued = await server.http('POST', `/gateway/devices/${device}/provision`, { token, body: {} });
    const claim = await server.http('POST', '/gateway/devices/claim', { body: { token: issued.body.token } });
    expect(claim.status).toBe(201);
    expect(claim.body.oidc_client.client_secret).toBe(clientOf(device)?.secret);
  });

  it('keeps its secret when it is given another key, and has a new one when keys are rotated', async () => {
    const device = await aDevice();
    const secretOf = ({ body }: { body: Body }) => String(body.oidc_client.client_secret);
    const first = secretOf(await aKey(device));
    expect(secretOf(await aKey(device))).toBe(first);
    const rotated = secretOf(await server.http('POST', `/api/v1/devices/${device}/keys/rotate`, { token }));
    expect([rotated === first, rotated]).toEqual([false, clientOf(device)?.secret]);
    expect(clientOf(device)?.scopes).toHaveLength(4);
  });

  it('is one also where the realm lacks a scope', async () => {
    keycloak.scopes = ['profile', 'roles'];
    const device = await aDevice();
    expect((await aKey(device)).status).toBe(201);
    expect(clientOf(device)?.scopes).toEqual(['roles', 'profile']);
  });

  it.each([
    ['is away', /./],
    ['makes no clients', /^POST \/admin\/realms\/iot\/clients$/],
    ['breaks off after the client', /client-secret/],
  ])('is given none while Keycloak %s: a clear 502, and nothing is left', async (_, fails) => {
    const device = await aDevice();
    keycloak.fails = fails;
    const { status, body } = await aKey(device);
    expect([status, body.code]).toEqual([502, 'keycloak.failed']);
    expect((await server.http('GET', `/api/v1/devices/${device}/keys`, { token })).body).toEqual([]);
    keycloak.fails = null;
    await swept();
    expect(clientOf(device)).toBeUndefined();
    expect((await aKey(device)).status).toBe(201);
  });

  it('says nothing of our own credentials there when they are refused', async () => {
    const wrong = { ...keycloak.settings, clientSecret: 'a canary' };
    const other = await startTestApp({ settings: { keycloak: wrong }, database: server.database });
    const answer = await other.http('POST', `/api/v1/devices/${await aDevice()}/keys`, { token });
    expect([answer.status, answer.body.detail]).toEqual([502, expect.stringMatching(/it answered 401$/)]);
    expect(JSON.stringify(answer.body)).not.toContain('canary');
    await other.close();
  });
});

describe('a device that claims while Keycloak is away', () => {
  it('has a clear 502 and no key, and claims again with the same token', async () => {
    const device = await aDevice();
    const issued = await server.http('POST', `/gateway/devices/${device}/provision`, { token, body: {} });
    const claim = () => server.http('POST', '/gateway/devices/claim', { body: { token: issued.body.token } });
    keycloak.fails = /./;
    const { status, body } = await claim();
    expect([status, body.code, body.message]).toEqual([502, 'keycloak.failed', body.detail]);
    expect((await server.http('GET', `/api/v1/devices/${device}/keys`, { token })).body).toEqual([]);
    keycloak.fails = null;
    expect((await claim()).status).toBe(201);
  });
});

describe('a device that registers', () => {
  const aFleetKey = async (more: object = {}): Promise<string> =>
    (
      await server.http('POST', '/api/v1/provisioning-keys', {
        token,
        body: { name: randomUUID(), max_devices: 1, ...more },
      })
    ).body.key;
  const register = (key: string, uuid: string, more: object = {}) =>
    server.http('POST', '/device/register', { token: key, body: { uuid, deviceName: uuid, deviceType: 'x', ...more } });
  const devicesCalled = async (uuid: string): Promise<unknown[]> =>
    (await server.http('GET', `/api/v1/devices?uuid=${uuid}`, { token })).body;
  const idIn = ({ body }: { body: Body }) => String(body.deviceId).replace(/^dev_/, '');

  it.each([
    ['a key of ours', false],
    ['a key of its own', true],
  ])('is told its client with %s, in the words of document 000, and only when its key is new', async (_, bringsKey) => {
    const [key, uuid] = [await aFleetKey({ reregistration: 'return' }), randomUUID()];
    const brought: { deviceApiKey?: string } = bringsKey ? { deviceApiKey: `${randomUUID()}${randomUUID()}` } : {};
    const answer = await register(key, uuid, brought);
    expect(answer.status).toBe(200);
    expect(answer.body.oidcClient).toEqual({
      clientId: `iotdevice-${idIn(answer)}`,
      clientSecret: clientOf(idIn(answer))?.secret,
      tokenUrl: `${keycloak.settings.url}/realms/iot/protocol/openid-connect/token`,
    });
    expect(await post(brought.deviceApiKey ?? String(answer.body.apiKey))).toBe(201);
    const again = await register(key, uuid, brought);
    expect([again.status, again.body.apiKey, again.body.oidcClient]).toEqual([200, undefined, undefined]);
  });

  it('that lost its answer is told it again', async () => {
    const [key, uuid] = [await aFleetKey(), randomUUID()];
    const [first, second] = [await register(key, uuid), await register(key, uuid)];
    expect(second.body.oidcClient).toEqual(first.body.oidcClient);
    expect(second.body.apiKey).not.toBe(first.body.apiKey);
  });

  it.each([
    ['is away', /./],
    ['breaks off after the client', /client-secret/],
  ])('is not half made while Keycloak %s: a clear 502, nothing counted, and it registers later', async (_, fails) => {
    const [key, uuid] = [await aFleetKey(), randomUUID()];
    keycloak.fails = fails;
    const { status, body } = await register(key, uuid);
    expect([status, body.type, body.message]).toEqual([502, expect.stringMatching(/keycloak\.failed$/), body.detail]);
    expect(await devicesCalled(uuid)).toEqual([]);
    keycloak.fails = null;
    await swept();
    expect(keycloak.unknown).toEqual([]);
    expect((await register(key, uuid)).status).toBe(200);
    expect(await devicesCalled(uuid)).toHaveLength(1);
  });
});

describe('a token of a device’s client', () => {
  it('is as good as its key', async () => {
    const device = await aDevice();
    await aKey(device);
    const { body } = await server.http('GET', `/api/v1/devices/${device}`, { token });
    expect(body.last_seen_at).toBeNull();
    expect(await post(await tokenOf(device))).toBe(201);
    const seen = await server.http('GET', `/api/v1/devices/${device}/history?event=telemetry`, { token });
    expect(seen.body).toHaveLength(1);
  });

  it('makes no user of it, whatever roles it says', async () => {
    const device = await aDevice();
    await aKey(device);
    const me = await server.http('GET', '/api/v1/auth/me', { token: await tokenOf(device) });
    expect([me.status, me.body.code]).toEqual([403, 'auth.forbidden']);
  });

  it('is refused for a device that has no client here, or none at all', async () => {
    expect(await post(await tokenOf(await aDevice()))).toBe(401);
    expect(await post(await tokenOf(randomUUID()))).toBe(401);
    expect(await post(await tokenOf(''))).toBe(401);
  });

  it('must be for us', async () => {
    const device = await aDevice();
    await aKey(device);
    expect(await post(await tokenOf(device, { aud: 'account' }))).toBe(401);
  });
});

describe('a device that goes', () => {
  it('is refused at once, and its client goes with it', async () => {
    const device = await aDevice();
    await aKey(device);
    const credential = await tokenOf(device);
    expect(await post(credential)).toBe(201);
    expect((await server.http('DELETE', `/api/v1/devices/${device}`, { token })).status).toBe(204);
    expect(await post(credential)).toBe(401);
    await eventually(() => Promise.resolve(clientOf(device) === undefined ? true : undefined), 'the client is gone');
  });

  it('loses its client also when Keycloak was away meanwhile', async () => {
    const device = await aDevice();
    await aKey(device);
    keycloak.fails = /./;
    expect((await server.http('DELETE', `/api/v1/devices/${device}`, { token })).status).toBe(204);
    await server.settled();
    expect(clientOf(device)).toBeDefined();
    keycloak.fails = null;
    await swept();
    expect(clientOf(device)).toBeUndefined();
  });

  it('loses its client with its last key, and not before', async () => {
    const device = await aDevice();
    const [one, other] = [(await aKey(device)).body.id as string, (await aKey(device)).body.id as string];
    const credential = await tokenOf(device);
    await server.http('DELETE', `/api/v1/devices/${device}/keys/${one}`, { token });
    expect(await post(credential)).toBe(201);
    await server.http('DELETE', `/api/v1/devices/${device}/keys/${other}`, { token });
    expect(await post(credential)).toBe(401);
    await swept();
    expect(clientOf(device)).toBeUndefined();
  });
});

describe('where no Keycloak is set', () => {
  it('devices have keys and nothing else', async () => {
    const plain = await startTestApp({ database: server.database });
    const device = await aDevice();
    const { status, body } = await plain.http('POST', `/api/v1/devices/${device}/keys`, { token });
    expect([status, body.oidc_client, clientOf(device)]).toEqual([201, null, undefined]);
    await plain.close();
  });
});
