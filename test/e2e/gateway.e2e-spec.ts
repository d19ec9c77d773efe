import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

const clock = new FakeClock();
let server: TestApp;
let world: TenantWorld;

beforeAll(async () => {
  server = await startTestApp({
    clock,
    settings: { publicUrl: 'https://iot.example.org', deviceMessagesPerSecond: 5 },
  });
});
// The clock is moved, and tokens of people do not live long.
beforeEach(async () => {
  world = await TenantWorld.create(server);
});
afterAll(() => server.close());

const post = (url: string, body: unknown, credential: object = {}): Promise<TestAnswer> =>
  server.http('POST', url, { body, ...credential });
const asEditor = () => ({ token: world.token });
const provision = (id: string, body: unknown = {}) => post(`/gateway/devices/${id}/provision`, body, asEditor());
const claim = (token: unknown, url = '/gateway/devices/claim') =>
  post(url, { token, device_metadata: { fw: '1.0.0' } });
const send = (key: string, body: unknown = { kwh: 1 }, headers = {}) =>
  post('/gateway/device-data/ingest', body, { headers: { authorization: `Bearer ${key}`, ...headers } });
const aToken = async (id: string, body: unknown = {}): Promise<string> =>
  String((await provision(id, body)).body.token);
const aKey = async (id: string): Promise<string> => String((await claim(await aToken(id))).body.api_key);
const keysOf = async (id: string) =>
  (await server.http('GET', `/api/v1/devices/${id}/keys`, asEditor())).body as {
    id: string;
    confirmed_at: string | null;
    revoked_at: string | null;
  }[];

describe('POST /gateway/devices/{id}/provision', () => {
  it('issues a token that never expires, and says nothing of it but its hash to the database', async () => {
    const device = await world.aDevice();
    const { status, body } = await provision(device.id, { notes: 'Line A ESP32' });
    expect([status, body.expires_at, body.device_id]).toEqual([201, null, device.id]);
    const [row] = await server.database.query('SELECT * FROM device_tokens WHERE device_id = $1', [device.id]);
    expect(JSON.stringify(row)).not.toContain(String(body.token).slice(-49));
  });

  it('expires it when told to', async () => {
    const device = await world.aDevice();
    const { body } = await provision(device.id, { lifetime_minutes: 10 });
    expect(Date.parse(body.expires_at) - clock.nowMs()).toBeGreaterThan(9 * 60_000);
    clock.advance(10 * 60_000);
    expect(await claim(body.token)).toMatchObject({
      status: 400,
      body: { message: 'Invalid or expired provisioning token.' },
    });
  });

  it('refuses a lifetime that is none in the words that its clients know', async () => {
    const device = await world.aDevice();
    const answer = await provision(device.id, { lifetime_minutes: 'soon' });
    expect(answer).toMatchObject({ status: 400, body: { message: 'lifetime_minutes must be an integer.' } });
  });

  it('needs an editor', async () => {
    const device = await world.aDevice();
    expect((await post(`/gateway/devices/${device.id}/provision`, {})).status).toBe(401);
    const { token } = await server.signUp();
    expect((await post(`/gateway/devices/${device.id}/provision`, {}, { token })).status).toBe(404);
  });
});

describe('POST /gateway/devices/claim', () => {
  it.each(['/gateway/devices/claim', '/gateway/api/devices/claim', '/api/devices/claim'])(
    '%s gives a key',
    async (url) => {
      const device = await world.aDevice();
      const { status, body } = await claim(await aToken(device.id), url);
      expect([status, body.device_id, body.token_expires_at]).toEqual([201, device.id, null]);
      expect(body.ingest_url).toBe('https://iot.example.org/gateway/device-data/ingest');
      expect((await send(body.api_key)).status).toBe(201);
    },
  );

  it.each([
    ['no token', {}, 'token is required.'],
    ['an empty one', { token: ' ' }, 'token is required.'],
    ['one that nobody issued', { token: 'x' }, 'Invalid or expired provisioning token.'],
    ['no object', [], 'Invalid JSON body'],
  ])('refuses %s', async (_, body, message) => {
    expect(await post('/gateway/devices/claim', body)).toMatchObject({ status: 400, body: { message } });
  });

  it('refuses what is no JSON', async () => {
    const answer = await server.http('POST', '/gateway/devices/claim', {
      body: '{"token":',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid JSON body' } });
  });

  it('gives a device that lost the answer a hundred times one key that works', async () => {
    const device = await world.aDevice();
    const token = await aToken(device.id);
    const keys: string[] = [];
    for (let attempt = 0; attempt < 100; attempt += 1) keys.push(String((await claim(token)).body.api_key));
    expect((await keysOf(device.id)).filter((key) => key.revoked_at === null)).toHaveLength(1);
    expect((await send(keys.at(-1) ?? '')).status).toBe(201);
    expect((await send(keys.at(-2) ?? '')).status).toBe(401);
    expect((await claim(token)).status).toBe(400);
  });

  it('leaves one key of twenty claims at once', async () => {
    const device = await world.aDevice();
    const token = await aToken(device.id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const good = [];
    for (const { body } of answers) if ((await send(body.api_key)).status === 201) good.push(body.api_key);
    expect(good).toHaveLength(1);
  });

  it('is over when the key is used in the same moment', async () => {
    const device = await world.aDevice();
    const token = await aToken(device.id);
    const { body } = await claim(token);
    const user = new pg.Client({ connectionString: server.database.url });
    await user.connect();
    try {
      await user.query('BEGIN');
      await user.query('UPDATE device_keys SET confirmed_at = now() WHERE device_id = $1', [device.id]);
      const late = claim(token);
      await eventually(async () => {
        const waiting = await server.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length > 0 ? true : undefined;
      }, 'the claim to wait');
      await user.query('COMMIT');
      expect((await late).status).toBe(400);
    } finally {
      await user.end();
    }
    expect((await send(body.api_key)).status).toBe(201);
    expect((await keysOf(device.id)).filter((key) => key.revoked_at === null)).toHaveLength(1);
  });

  it('is over after ten minutes', async () => {
    const device = await world.aDevice();
    const token = await aToken(device.id);
    const { body } = await claim(token);
    clock.advance(10 * 60_000);
    expect((await claim(token)).status).toBe(400);
    expect((await send(body.api_key)).status).toBe(201);
  });

  it('ends the key from before only when the new one is used', async () => {
    const device = await world.aDevice();
    const first = await aKey(device.id);
    await send(first);
    const second = await aKey(device.id);
    expect((await send(first)).status).toBe(201);
    expect((await send(second)).status).toBe(201);
    expect((await send(first)).status).toBe(401);
  });

  it('refuses a revoked token, and the token of a device that is retired', async () => {
    const device = await world.aDevice();
    const [revoked, orphaned] = [await provision(device.id), await provision(device.id)];
    const gone = await server.http('DELETE', `/gateway/device-tokens/${revoked.body.token_id}`, asEditor());
    expect([gone.status, (await claim(revoked.body.token)).status]).toEqual([204, 400]);
    await server.http('DELETE', `/api/v1/devices/${device.id}`, asEditor());
    expect((await claim(orphaned.body.token)).status).toBe(400);
  });

  it('is an event of the device, once', async () => {
    const device = await world.aDevice();
    const token = await aToken(device.id);
    await claim(token);
    await claim(token);
    const history = (await world.get(`/api/v1/devices/${device.id}/history?event=device_claimed`)) as unknown[];
    expect(history).toHaveLength(1);
  });
});

describe('POST /gateway/device-data/ingest', () => {
  it.each(['/gateway/device-data/ingest', '/gateway/api/device-data/ingest', '/api/device-data/ingest'])(
    '%s stores what the device says',
    async (url) => {
      const device = await world.aDevice();
      const key = await aKey(device.id);
      const answer = await post(url, { voltage: 228.4, powerFactor: 0.97 }, { headers: { 'x-device-api-key': key } });
      expect([answer.status, answer.body.status]).toEqual([201, 'ok']);
      const latest = await world.get(`/gateway/devices/${device.id}/telemetry/latest`);
      expect(latest).toMatchObject({ device_id: device.id, payload: { voltage: 228.4, powerFactor: 0.97 } });
      const { latest: values } = await eventually(async () => {
        const known = await world.get(`/api/v1/devices/${device.id}`);
        return Object.keys(known.latest as object).length > 0 ? known : undefined;
      }, 'the readings');
      expect(values).toMatchObject({ voltage: 228.4, powerFactor: 0.97 });
      expect((await world.get(`/api/v1/devices/${device.id}`)).status).toBe('online');
    },
  );

  it('refuses in the words that the firmware knows', async () => {
    const body = { kwh: 1 };
    expect(await post('/gateway/device-data/ingest', body)).toMatchObject({
      status: 401,
      body: { detail: 'Device token missing.' },
    });
    for (const key of ['x', 'fld_0123456789abcdef_wrong', 'a'.repeat(64)]) {
      expect(await send(key)).toMatchObject({ status: 401, body: { detail: 'Invalid or expired device token.' } });
    }
    const key = await aKey((await world.aDevice()).id);
    for (const wrong of [[], 'text', 7, null]) {
      expect(await send(key, wrong)).toMatchObject({
        status: 400,
        body: { message: 'Payload must be a JSON object.' },
      });
    }
    expect((await post('/gateway/device-data/ingest', body, asEditor())).status).toBe(403);
  });

  it('stores the same Idempotency-Key once', async () => {
    const device = await world.aDevice();
    const key = await aKey(device.id);
    const [one, again] = [
      await send(key, { kwh: 1 }, { 'idempotency-key': 'a' }),
      await send(key, { kwh: 1 }, { 'idempotency-key': 'a' }),
    ];
    expect(again.body.event_id).toBe(one.body.event_id);
    expect((await send(key, { kwh: 1 })).body.event_id).not.toBe(one.body.event_id);
  });

  it('holds one device to its rate, and nobody else', async () => {
    const [wild, calm] = [await aKey((await world.aDevice()).id), await aKey((await world.aDevice()).id)];
    const answers = await Promise.all(Array.from({ length: 80 }, () => send(wild)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect((await send(calm)).status).toBe(201);
    clock.advance(1_000);
    expect((await send(wild)).status).toBe(201);
  });
});

describe('GET /gateway/devices/{id}/telemetry/latest', () => {
  it('is a device’s own, and nobody else’s', async () => {
    const [one, other] = [await world.aDevice(), await world.aDevice()];
    const key = await aKey(one.id);
    await send(key, { kwh: 7 });
    const headers = { authorization: `Bearer ${key}` };
    const own = await server.http('GET', `/gateway/devices/${one.id}/telemetry/latest`, { headers });
    expect(own.body.payload).toEqual({ kwh: 7 });
    const foreign = await server.http('GET', `/gateway/devices/${other.id}/telemetry/latest`, { headers });
    expect(foreign).toMatchObject({ status: 404, body: { message: 'No telemetry stored for this device.' } });
    expect((await server.http('GET', `/gateway/devices/${one.id}/telemetry/latest`)).status).toBe(401);
  });
});

describe('/gateway/device-tokens', () => {
  it('lists what was issued and what became of it', async () => {
    const device = await world.aDevice();
    const issue = async (body = {}) => (await provision(device.id, body)).body;
    const [pending, revoked, expired, claimed] = [
      await issue(),
      await issue(),
      await issue({ lifetime_minutes: 1 }),
      await issue(),
    ];
    await server.http('DELETE', `/gateway/device-tokens/${revoked.token_id}`, asEditor());
    await claim(claimed.token);
    await server.database.query(`UPDATE device_tokens SET expires_at = now() - interval '1 s' WHERE id = $1`, [
      expired.token_id,
    ]);
    const list = async (query = '') =>
      (await world.get(`/gateway/device-tokens?device_id=${device.id}${query}`)) as {
        id: string;
        status: string;
      }[];
    expect((await list()).map(({ status }) => status)).toEqual(['Claimed', 'Expired', 'Revoked', 'Pending']);
    expect((await list('&status=Pending')).map(({ id }) => id)).toEqual([pending.token_id]);
    const again = await server.http('DELETE', `/gateway/device-tokens/${claimed.token_id}`, asEditor());
    expect([again.status, again.body.code]).toEqual([409, 'device_token.claimed']);
  });

  it('issues for many at once, as CSV where that is wanted, or for none', async () => {
    const devices = [await world.aDevice(), await world.aDevice()];
    const device_ids = devices.map(({ id }) => id);
    const csv = await post('/gateway/device-tokens', { device_ids, format: 'csv' }, asEditor());
    const lines = String(csv.body).trim().split('\r\n');
    expect(lines).toHaveLength(3);
    const [id, token] = (lines[2] ?? '').split(',');
    expect((await claim(token)).body.device_id).toBe(id);
    const withCodes = { device_ids, qr_codes: true };
    const codes = await post('/gateway/device-tokens', withCodes, asEditor());
    expect(codes.body).toEqual(
      device_ids.map(() => expect.objectContaining({ qr_code: expect.stringMatching(/^data:/) })),
    );
    const labels = String((await post('/gateway/device-tokens', { ...withCodes, format: 'csv' }, asEditor())).body);
    expect(labels).toMatch(
      /^device_id,token,expires_at,qr_code\r\n[\w-]+,flt_\w+,,"data:image\/svg\+xml;base64,[\w+/=]+"\r\n/,
    );
    const nobodys = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
    const refused = await post('/gateway/device-tokens', { device_ids: [...device_ids, nobodys] }, asEditor());
    expect(refused.status).toBe(404);
    const { length } = (await world.get(`/gateway/device-tokens?device_id=${device_ids[0]}`)) as unknown[];
    expect(length).toBe(3);
  });
});

describe('/api/v1/devices/{id}/keys', () => {
  const keys = (id: string) => `/api/v1/devices/${id}/keys`;

  it('issues, shows once, and revokes at once in every process', async () => {
    const device = await world.aDevice();
    const other = await startTestApp({ database: server.database, clock });
    const made = await post(keys(device.id), { name: 'Line A' }, asEditor());
    expect(made.status).toBe(201);
    const headers = { authorization: `Bearer ${made.body.key}` };
    const there = () => other.http('POST', '/gateway/device-data/ingest', { body: { kwh: 1 }, headers });
    expect((await there()).status).toBe(201);
    expect(JSON.stringify(await keysOf(device.id))).not.toContain(made.body.key);
    const gone = await server.http('DELETE', `${keys(device.id)}/${made.body.id}`, asEditor());
    expect([gone.status, (await send(made.body.key)).status]).toEqual([204, 401]);
    await eventually(
      async () => ((await there()).status === 401 ? true : undefined),
      'the other process to hear of it',
    );
    await other.close();
  });

  it('rotates with a day in which both are good', async () => {
    const device = await world.aDevice();
    const old = await aKey(device.id);
    await send(old);
    const { body } = await post(`${keys(device.id)}/rotate`, {}, asEditor());
    expect([(await send(body.key)).status, (await send(old)).status]).toEqual([201, 201]);
    clock.advance(24 * 3_600_000);
    expect([(await send(body.key)).status, (await send(old)).status]).toEqual([201, 401]);
  });

  it('ends the others at once when told to', async () => {
    const device = await world.aDevice();
    const old = await aKey(device.id);
    await post(keys(device.id), { revoke_previous: true }, asEditor());
    expect((await send(old)).status).toBe(401);
  });

  it('ends at its expiry, and refuses one in the past', async () => {
    const device = await world.aDevice();
    const expires_at = new Date(clock.nowMs() + 60_000).toISOString();
    const { body } = await post(keys(device.id), { expires_at }, asEditor());
    expect((await send(body.key)).status).toBe(201);
    clock.advance(61_000);
    expect((await send(body.key)).status).toBe(401);
    expect((await post(keys(device.id), { expires_at }, asEditor())).status).toBe(400);
  });

  it('is good no more when its device is retired', async () => {
    const device = await world.aDevice();
    const key = await aKey(device.id);
    await send(key);
    await server.http('DELETE', `/api/v1/devices/${device.id}`, asEditor());
    expect((await send(key)).status).toBe(401);
  });
});
