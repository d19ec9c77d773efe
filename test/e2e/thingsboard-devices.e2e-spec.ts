import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Changes } from '../../src/core/changes/changes.js';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { HttpSink } from '../support/http-sink.js';
import { OutageLab } from '../support/outage-lab.js';
import { TenantWorld } from '../support/tenant-world.js';

const clock = new FakeClock();
let server: TestApp;
let world: TenantWorld;
let device: { id: string; token: string };

beforeAll(async () => {
  server = await startTestApp({ clock, settings: { deviceMessagesPerSecond: 30 } });
});
beforeEach(async () => {
  world = await TenantWorld.create(server);
  device = await aDeviceOf(world);
});
afterAll(() => server.close());

async function aDeviceOf(of: TenantWorld): Promise<{ id: string; token: string }> {
  const { id } = await of.aDevice({ expected_transmit_time: 10 });
  return { id, token: (await of.get(`/api/v1/devices/${id}/access-token`)).token };
}

const send = (body: unknown, token = device.token, headers = {}): Promise<TestAnswer> =>
  server.http('POST', `/api/v1/${token}/telemetry`, { body, headers });
const history = async (of = device.id): Promise<Body[]> =>
  world.get(`/api/v1/devices/${of}/history?event=telemetry&limit=1000`);
const latestOf = (count: number) =>
  eventually(async () => {
    const { latest } = await world.get(`/api/v1/devices/${device.id}`);
    return Object.keys(latest as object).length >= count ? latest : undefined;
  }, 'the readings');

describe('POST /api/v1/{token}/telemetry', () => {
  it('stores what the device says, and answers with nothing as ThingsBoard does', async () => {
    const answer = await send({ temperature: 21.5, on: true, more: { rssi: -70 } });
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(await latestOf(3)).toMatchObject({ temperature: 21.5, on: true });
    expect((await world.get(`/api/v1/devices/${device.id}`)).status).toBe('online');
    const [event] = await history();
    expect(event).toMatchObject({ event: 'telemetry', data: { temperature: 21.5, on: true, more: { rssi: -70 } } });
  });

  it('keeps the time of each message', async () => {
    const nowMs = clock.nowMs();
    const answer = await send([
      { ts: nowMs - 120_000, values: { temperature: 20 } },
      { ts: nowMs - 60_000, values: { temperature: 21 } },
      { humidity: 40 },
    ]);
    expect(answer.status).toBe(200);
    const events = await history();
    const minutesAgo = ({ timestamp }: Body) => Math.round((nowMs - Date.parse(timestamp as string)) / 60_000);
    expect(Object.fromEntries(events.map((event) => [minutesAgo(event), event.data as unknown]))).toEqual({
      2: { temperature: 20 },
      1: { temperature: 21 },
      0: { humidity: 40 },
    });
    expect(await latestOf(2)).toEqual({ temperature: 21, humidity: 40 });
  });

  it('runs the device’s flows', async () => {
    const sink = await HttpSink.start();
    try {
      const webhook = await world.anIntegration('http', { url: sink.url });
      await world.aChain(['device', device.id], ['integration', webhook.id]);
      await send({ ts: clock.nowMs(), values: { temperature: 30 } });
      const [request] = await eventually(
        () => Promise.resolve(sink.requests.length > 0 ? sink.requests : undefined),
        'the webhook',
      );
      expect(JSON.parse(String(request?.body))).toMatchObject({ event: 'telemetry', data: { temperature: 30 } });
    } finally {
      await sink.close();
    }
  });

  it('stores the same Idempotency-Key once, each message of it', async () => {
    const body = [{ a: 1 }, { a: 2 }];
    for (let n = 0; n < 2; n += 1) await send(body, device.token, { 'idempotency-key': 'k' });
    expect(await history()).toHaveLength(2);
    await send(body);
    expect(await history()).toHaveLength(4);
  });

  it('refuses what is no telemetry, and stores nothing of it', async () => {
    for (const wrong of ['no JSON', '[{"a":1},5]', '{"ts":1,"values":5}', '"text"', '']) {
      const answer = await send(wrong);
      expect([wrong, answer.status, answer.body.errorCode]).toEqual([wrong, 400, 31]);
      expect(answer.body).toMatchObject({ status: 400, message: expect.any(String), timestamp: expect.any(Number) });
    }
    expect((await send(Array.from({ length: 1_001 }, () => ({ a: 1 })))).status).toBe(413);
    expect(await history()).toEqual([]);
  });

  it('takes an empty list for nothing', async () => {
    expect((await send([])).status).toBe(200);
    expect(await history()).toEqual([]);
  });

  it('is nothing under a token of another form, and refuses one that nobody has', async () => {
    for (const token of ['devices', 'functions', 'a'.repeat(19), 'a'.repeat(64), 'fld_0123456789abcdef']) {
      const answer = await send({ a: 1 }, token);
      expect([token, answer.status, answer.body.code]).toEqual([token, 404, 'device_access_token.not_found']);
    }
    const unknown = await send({ a: 1 }, 'A'.repeat(20));
    expect(unknown).toMatchObject({ status: 401, body: { code: 'device_access_token.unknown', errorCode: 10 } });
    expect(JSON.stringify(unknown.body)).not.toContain('A'.repeat(20));
  });

  it('refuses a token that was rotated, and that of a retired device', async () => {
    expect((await send({ a: 1 })).status).toBe(200);
    const url = `/api/v1/devices/${device.id}`;
    const { body } = await server.http('POST', `${url}/access-token/rotate`, { token: world.token });
    expect((await send({ a: 1 })).status).toBe(401);
    expect((await send({ a: 1 }, body.token)).status).toBe(200);
    await server.http('DELETE', url, { token: world.token });
    expect((await send({ a: 1 }, body.token)).status).toBe(401);
  });

  it('slows down who tries tokens, and nobody who has one', async () => {
    const from = { 'x-forwarded-for': '192.0.2.77' };
    const own = await startTestApp({ settings: { trustProxy: true }, database: server.database });
    const attempt = (token: string) =>
      own.http('POST', `/api/v1/${token}/telemetry`, { body: { a: 1 }, headers: from });
    try {
      const tried: number[] = [];
      for (let n = 0; n < 110; n += 1) tried.push((await attempt(n.toString().padStart(20, 'x'))).status);
      expect(tried.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 401));
      expect(tried.at(-1)).toBe(429);
      expect((await attempt(device.token)).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  it('holds one device to its rate, counting what many messages weigh', async () => {
    const calm = await aDeviceOf(world);
    const many = Array.from({ length: 1_000 }, (_, n) => ({ n }));
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(many)));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect((await send({ a: 1 }, calm.token)).status).toBe(200);
    clock.advance(2_000);
    expect((await send({ a: 1 })).status).toBe(200);
  });
});

describe('/api/v1/{token}/attributes', () => {
  const url = (query = '') => `/api/v1/${device.token}/attributes${query}`;

  it('are what the twin reports, and what it is to be', async () => {
    const set = await server.http('POST', url(), { body: { fw: '1.0.0', net: { ip: '10.0.0.7' } } });
    expect([set.status, set.body]).toEqual([200, '']);
    await server.http('POST', url(), { body: { uptime: 5 } });
    const twin = `/api/v1/devices/${device.id}/twin`;
    await server.http('PATCH', twin, { token: world.token, body: { target: { interval: 30, mode: 'eco' } } });
    expect((await world.get(twin)).reported).toEqual({ fw: '1.0.0', net: { ip: '10.0.0.7' }, uptime: 5 });

    const ask = async (query: string) => (await server.http('GET', url(query))).body as unknown;
    expect(await ask('?clientKeys=fw,uptime&sharedKeys=interval,none')).toEqual({
      client: { fw: '1.0.0', uptime: 5 },
      shared: { interval: 30 },
    });
    expect(await ask('?sharedKeys=mode')).toEqual({ shared: { mode: 'eco' } });
    expect(await ask('?clientKeys=none')).toEqual({});
    expect(await ask('')).toEqual({
      client: { fw: '1.0.0', net: { ip: '10.0.0.7' }, uptime: 5 },
      shared: { interval: 30, mode: 'eco' },
    });
  });

  it('count as a sign of life', async () => {
    await server.http('POST', url(), { body: { fw: '1.0.0' } });
    expect((await world.get(`/api/v1/devices/${device.id}`)).status).toBe('online');
  });

  it('refuse what is no object, and whoever has no token', async () => {
    for (const wrong of ['[]', '5', 'x', '']) {
      expect((await server.http('POST', url(), { body: wrong })).status).toBe(400);
    }
    const nobodys = 'B'.repeat(20);
    for (const method of ['GET', 'POST']) {
      const body = method === 'GET' ? {} : { body: {} };
      expect((await server.http(method, `/api/v1/${nobodys}/attributes`, body)).status).toBe(401);
      expect((await server.http(method, '/api/v1/no-token/attributes', body)).status).toBe(404);
    }
  });
});

describe('while the database is away', () => {
  it('telemetry waits on disk under the tokens that are known, and is in the database when it is back', async () => {
    const lab = await OutageLab.start();
    try {
      const known = await aDeviceOf(lab.world);
      const say = (body: unknown, token = known.token) => lab.app.http('POST', `/api/v1/${token}/telemetry`, { body });
      // That the device was made is a change of it, which drops what is remembered when it comes round.
      await lab.app.app.get(Changes).read();
      expect((await say({ n: 0 })).status).toBe(200);
      await lab.proxy.refuse();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => say([{ n: n + 1 }, { more: n }])));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      // Nobody can tell whose it is: that is our trouble, and no verdict on the token.
      expect((await say({ n: 1 }, 'C'.repeat(20))).status).toBeGreaterThanOrEqual(500);
      await lab.proxy.heal();
      await lab.drained();
      expect(await lab.idsOf(known.id)).toHaveLength(41);
    } finally {
      await lab.close();
    }
  }, 30_000);
});
