import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyRotation } from '../../src/core/crypto/rotation/key-rotation.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { DeviceAccessTokensService } from '../../src/modules/devices/access-tokens/device-access-tokens.service.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

const nobodys = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const oldKey = 'a key for tests that is long enough to pass every check';
let server: TestApp;
let world: TenantWorld;
let tokens: DeviceAccessTokensService;

beforeAll(async () => {
  server = await startTestApp();
  world = await TenantWorld.create(server);
  tokens = server.app.get(DeviceAccessTokensService, { strict: false });
});
afterAll(() => server.close());

const ask = (method: string, deviceId: string, path = '', token = world.token): Promise<TestAnswer> =>
  server.http(method, `/api/v1/devices/${deviceId}/access-token${path}`, { token });
const tenant = () => ({ id: world.tenantId });
const ensure = (deviceId: string): Promise<string> =>
  server.app.get(Transactions).run((tx) => tokens.ensureFor(tx, tenant(), deviceId));
const actionsOn = async (deviceId: string): Promise<string[]> => {
  const rows = await world.get(`/api/v1/audit?subject_kind=device_access_token&subject_id=${deviceId}`);
  return rows.map((row: { action: string }) => row.action);
};

describe('a device’s access token', () => {
  let device: { id: string };
  beforeEach(async () => {
    device = await world.aDevice();
  });

  it('is made once, however many ask at once', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => ensure(device.id)));
    expect(new Set(made).size).toBe(1);
    expect(made[0]).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(await tokens.deviceOf(made[0] ?? '')).toEqual({ kind: 'device', tenant: tenant(), deviceId: device.id });
  });

  it('goes with the transaction that made it', async () => {
    const undone: string[] = [];
    const work = server.app.get(Transactions).run(async (tx) => {
      undone.push(await tokens.ensureFor(tx, tenant(), device.id));
      throw new Error('something else failed');
    });
    await expect(work).rejects.toThrow('something else failed');
    expect(await tokens.deviceOf(undone[0] ?? '')).toBeNull();
    expect(await ensure(device.id)).not.toBe(undone[0]);
  });

  it('lies sealed in the database, and in no record', async () => {
    const { body } = await ask('GET', device.id);
    const [row] = await server.database.query('SELECT * FROM device_access_tokens WHERE device_id = $1', [device.id]);
    expect(JSON.stringify(row)).not.toContain(body.token);
    const [records] = await server.database.query('SELECT json_agg(a)::text AS all FROM audit_log a');
    expect(JSON.stringify(records)).not.toContain(body.token);
  });

  it('is not known in another form, and known of nobody otherwise', async () => {
    await expect(tokens.deviceOf('devices')).rejects.toMatchObject({ kind: 'not_found' });
    expect(await tokens.deviceOf('A'.repeat(20))).toBeNull();
  });

  it('is nobody’s when its device is retired', async () => {
    const token = await ensure(device.id);
    expect(await tokens.deviceOf(token)).not.toBeNull();
    await server.http('DELETE', `/api/v1/devices/${device.id}`, { token: world.token });
    expect(await tokens.deviceOf(token)).toBeNull();
    expect((await ask('GET', device.id)).status).toBe(404);
  });

  it('stays what it is when the root key is another one', async () => {
    const { body } = await ask('GET', device.id);
    const next = await startTestApp({
      database: server.database,
      settings: { secretKey: 'a newer key that is long enough to pass all checks', previousSecretKeys: [oldKey] },
    });
    try {
      const rotated = await next.app.get(KeyRotation).run();
      expect(rotated).toContainEqual(
        expect.objectContaining({ name: 'device_access_tokens.token_sealed', unreadable: 0 }),
      );
      const theirs = next.app.get(DeviceAccessTokensService, { strict: false });
      expect(await theirs.show(tenant(), device.id)).toMatchObject({ token: body.token });
      expect(await theirs.deviceOf(body.token)).toMatchObject({ deviceId: device.id });
    } finally {
      await next.close();
      await server.database.query('DELETE FROM device_access_tokens');
    }
  });
});

describe('GET /devices/{id}/access-token', () => {
  it('shows the same each time, and records who saw it', async () => {
    const device = await world.aDevice();
    const first = await ask('GET', device.id);
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.body).toMatchObject({ device_id: device.id, token: expect.stringMatching(/^[0-9A-Za-z]{20}$/) });
    expect((await ask('GET', device.id)).body).toEqual(first.body);
    expect(await actionsOn(device.id)).toEqual(['device_access_token.read', 'device_access_token.read']);
  });

  it('knows nothing of another tenant’s devices, nor of one that is not there', async () => {
    const device = await world.aDevice();
    const stranger = await server.signUp();
    expect((await ask('GET', device.id, '', stranger.token)).body.code).toBe('device.not_found');
    expect((await ask('GET', nobodys)).body.code).toBe('device.not_found');
    expect(await actionsOn(device.id)).toEqual([]);
  });
});

describe('POST /devices/{id}/access-token/rotate', () => {
  it('ends the token before at once', async () => {
    const device = await world.aDevice();
    const before = await ensure(device.id);
    expect(await tokens.deviceOf(before)).not.toBeNull();
    const { status, body } = await ask('POST', device.id, '/rotate');
    expect(status).toBe(200);
    expect(body.token).not.toBe(before);
    expect(await tokens.deviceOf(before)).toBeNull();
    expect(await tokens.deviceOf(body.token)).toMatchObject({ deviceId: device.id });
    expect(await ensure(device.id)).toBe(body.token);
    expect(await actionsOn(device.id)).toEqual(['device_access_token.rotated']);
  });

  it('gives a device its first one, too', async () => {
    const device = await world.aDevice();
    expect((await ask('POST', device.id, '/rotate')).body.token).toMatch(/^[0-9A-Za-z]{20}$/);
  });

  it('knows nothing of another tenant’s devices', async () => {
    const device = await world.aDevice();
    const token = await ensure(device.id);
    const stranger = await server.signUp();
    expect((await ask('POST', device.id, '/rotate', stranger.token)).status).toBe(404);
    expect(await tokens.deviceOf(token)).not.toBeNull();
  });
});
