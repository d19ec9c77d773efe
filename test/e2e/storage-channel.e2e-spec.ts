import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Channels, type AttemptOutcome, type Channel } from '../../src/modules/runs/channels/channels.service.js';
import type { Body } from '../support/app.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { answer, drip, flood, neverAnswer, reset, type Answer } from '../support/http-sink.js';
import { influx2Token, InfluxSink } from '../support/influx-sink.js';

let world: DeliveryWorld;
let sink: InfluxSink;
const never = new AbortController().signal;

beforeAll(async () => {
  [world, sink] = await Promise.all([DeliveryWorld.create(), InfluxSink.start()]);
});
afterEach(() => {
  sink.behave(undefined);
});
afterAll(() => Promise.all([world.close(), sink.close()]));

let made = 0;
async function aStorage(given: object = {}): Promise<Body> {
  const { body } = await world.ask('POST', 'storages', {
    name: `influx ${(made += 1).toString()}`,
    ...{ type: 'influxdb', host: '127.0.0.1', port: sink.port, database: 'telemetry' },
    ...{ username: 'writer', password: 'influx-secret', measurement: `m${made.toString()}` },
    ...given,
  });
  return body;
}
const channel = (): Channel => world.app.app.get(Channels).get('storage');
function send(
  storage: Body,
  message: unknown,
  signal = never,
  deliveryId = newId(Date.now()),
): Promise<AttemptOutcome> {
  const messageJson = JSON.stringify(message);
  const outbound = { deliveryId, runId: deliveryId, flowId: deliveryId, nodeId: 'n', deviceId: null, messageJson };
  return channel().send({ id: world.tenant.tenantId }, storage.id, outbound, signal);
}
const pointsOf = ({ measurement }: Body) => sink.points.filter((point) => point.measurement === measurement);
const historyOf = ({ id }: Body, query = ''): Promise<Body> =>
  world.tenant.get(`/api/v1/storages/${id}/history?${query}`);

/** A device whose messages go straight to a storage. */
async function aRoute(given: object = {}): Promise<{ storage: Body; devEui: string; device: Body }> {
  const [device, storage] = await Promise.all([world.tenant.aDevice(), aStorage(given)]);
  await world.tenant.aChain(['device', device.id], ['storage', storage.id]);
  return { storage, device, devEui: device.dev_eui };
}

describe('a flow with a storage', () => {
  it('writes the decoded values of an event as a point of its time, and shows the delivery everywhere', async () => {
    const { storage, devEui, device } = await aRoute({ integer_fields: ['count'] });
    const object = { temperature: 21, battery: { mv: 3600, low: false }, mode: 'a "b"', count: 7, gone: null };
    await world.tenant.post(devEui, { object, time: '2026-11-20T12:00:00.250Z' });
    await world.processed();
    expect(pointsOf(storage)).toMatchObject([
      {
        time: BigInt(Date.UTC(2026, 10, 20, 12, 0, 0, 250)),
        tags: { device: device.name, device_id: device.id, dev_eui: devEui, event: 'up' },
        fields: { temperature: 21, 'battery.mv': 3600, 'battery.low': false, mode: 'a "b"', count: 7n },
      },
    ]);
    const [delivery] = await historyOf(storage);
    expect(delivery).toMatchObject({
      storage_id: storage.id,
      storage: { id: storage.id, name: storage.name },
      status: 'delivered',
      input_data: { data: object },
      attempts: [{ status: 'delivered', response_status: 204 }],
    });
    expect(await world.tenant.get(`/api/v1/storages/${storage.id}/history/${delivery.id}`)).toEqual(delivery);
    const listed = await world.tenant.get(`/api/v1/deliveries?storage_id=${storage.id}`);
    expect(listed).toMatchObject([{ id: delivery.id, type: 'storage', storage_id: storage.id }]);
    expect(await world.tenant.get('/api/v1/storage/all-history')).toContainEqual(delivery);
    const ofIntegrations = await world.tenant.get('/api/v1/integrations/history');
    expect(ofIntegrations.map(({ id }: Body) => id)).not.toContain(delivery.id);
    const run = await world.tenant.get(`/api/v1/flows/${delivery.flow_id}/history/${delivery.flow_run_id}`);
    expect(run.steps.at(-1)).toMatchObject({ type: 'storage', name: storage.name, status: 'delivered' });
  });

  it('writes what a function returned, passes the message on, and keeps devices apart', async () => {
    const [one, other, storage, behind] = await Promise.all([
      ...[world.tenant.aDevice(), world.tenant.aDevice()],
      ...[aStorage(), world.tenant.anIntegration('http', { url: `${world.sink.url}/behind` })],
    ]);
    const half = await world.tenant.aFunction('function process(msg) { return { half: msg.data.t / 2 }; }');
    for (const device of [one, other]) {
      const { id } = device;
      await world.tenant.aChain(
        ['device', id],
        ['function', half.id],
        ['storage', storage.id],
        ['integration', behind.id],
      );
    }
    for (const device of [one, other]) await world.tenant.post(device.dev_eui, { object: { t: 4 } });
    await world.processed();
    const tags = [{ device_id: one.id }, { device_id: other.id }];
    expect(pointsOf(storage)).toHaveLength(2);
    expect(pointsOf(storage)).toEqual(
      expect.arrayContaining(tags.map((tag) => expect.objectContaining({ tags: tag }))),
    );
    expect(world.sink.requests.filter(({ url }) => url === '/behind').map(({ body }) => JSON.parse(body))).toEqual([
      ...[{ half: 2 }, { half: 2 }],
    ]);
  });

  it('retries by its schedule while the database is away, and delivers when it is back', async () => {
    sink.behave(answer(503, '{"error":"engine: shutting down"}'));
    const { storage, devEui } = await aRoute({ schedule_ms: [0, 0] });
    await world.tenant.post(devEui, { object: { t: 1 } });
    await world.until('the first attempt failed', failedOnce, [storage.id]);
    sink.behave(undefined);
    await world.until('it is delivered', `SELECT count(*) = 1 AS holds FROM deliveries WHERE destination_id = $1`, [
      storage.id,
    ]);
    const [delivery] = await historyOf(storage);
    expect(delivery.attempts).toMatchObject([
      { status: 'failed', code: 'influxdb.status_503', error: expect.stringContaining('shutting down') },
      { status: 'delivered' },
    ]);
  });

  it('waits while it is paused, is replayed under its id, and is given up on request', async () => {
    const { storage, devEui } = await aRoute();
    expect((await world.ask('POST', `storages/${storage.id}/pause`)).body).toMatchObject({ health: 'paused' });
    await world.tenant.post(devEui, { object: { t: 1 } });
    await world.processed();
    expect(await historyOf(storage)).toMatchObject([{ status: 'waiting', held_by: 'paused', attempts: [] }]);
    expect((await world.ask('GET', `storage/${storage.id}`)).body.deliveries).toMatchObject({ waiting: 1, failed: 0 });
    expect((await world.ask('POST', `storages/${storage.id}/give-up`)).body).toEqual({ given_up: 1 });
    expect(await historyOf(storage, 'status=failed')).toMatchObject([{ code: 'given_up' }]);
    expect((await world.ask('POST', `storages/${storage.id}/resume`)).body).toMatchObject({ health: 'ok' });
    const replay = await world.ask('POST', `storages/${storage.id}/replay`, { failed: true });
    expect([replay.status, replay.body.storage_id]).toEqual([202, storage.id]);
    await world.until(
      'it is delivered',
      `SELECT count(*) = 1 AS holds FROM deliveries WHERE destination_id = $1 AND status = 'delivered'`,
      [storage.id],
    );
    expect(pointsOf(storage)).toHaveLength(1);
    expect(await world.tenant.get(`/api/v1/replays?storage_id=${storage.id}`)).toMatchObject([{ id: replay.body.id }]);
  });

  it('fails for good when the storage is deleted while something waits for it', async () => {
    const { storage, devEui } = await aRoute();
    await world.ask('POST', `storages/${storage.id}/pause`);
    await world.tenant.post(devEui, { object: { t: 1 } });
    await world.processed();
    const [{ flow_id: flowId }] = await historyOf(storage);
    expect((await world.ask('DELETE', `flows/${flowId}`)).status).toBe(204);
    expect((await world.ask('DELETE', `storages/${storage.id}`)).status).toBe(204);
    await world.until('it has ended', `SELECT count(*) = 1 AS holds FROM deliveries WHERE destination_id = $1`, [
      storage.id,
    ]);
    expect(await historyOf(storage)).toMatchObject([
      { status: 'failed', code: 'storage.missing', storage: { name: storage.name } },
    ]);
  });
});

const failedOnce = `SELECT EXISTS (
  SELECT FROM waiting_deliveries WHERE destination_id = $1 AND jsonb_array_length(attempts) = 1) AS holds`;

describe('the accounting', () => {
  it('counts storages’ deliveries with all others', async () => {
    const [row] = await world.app.database.query<Body>(
      `SELECT (SELECT count(*)::int FROM waiting_deliveries) AS waiting, (SELECT count(*)::int FROM jobs WHERE kind = 'deliver') AS jobs,
         (SELECT COALESCE(sum(pending), 0)::int FROM flow_runs) AS pending`,
    );
    expect(row.waiting).toBe(row.jobs);
    expect(row.pending).toBe(row.waiting);
  });
});

describe('one attempt on InfluxDB', () => {
  const message = { data: { t: 21.5 } };

  it('writes many that come together in few requests, each delivered by itself', async () => {
    const storage = await aStorage();
    const before = sink.writeCount;
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, n) => send(storage, { data: { n }, device: { id: `d${n.toString()}` } })),
    );
    expect(outcomes.every(({ status }) => status === 'delivered')).toBe(true);
    expect(pointsOf(storage)).toHaveLength(300);
    expect(sink.writeCount - before).toBeLessThanOrEqual(3);
  });

  it('finds the bad point among good ones: only it fails, for good', async () => {
    const storage = await aStorage();
    await send(storage, { data: { kind: 'a text from now on' } });
    const values = Array.from({ length: 40 }, (_, n) => (n === 17 ? 5 : `text ${n.toString()}`));
    const outcomes = await Promise.all(
      values.map((kind, n) => send(storage, { data: { kind }, device: { id: `d${n.toString()}` } })),
    );
    const failures = outcomes.flatMap((outcome, n) => (outcome.status === 'failed' ? [{ n, ...outcome }] : []));
    expect(failures).toMatchObject([
      { n: 17, code: 'influxdb.status_400', retryable: false, error: expect.stringContaining('partial write') },
    ]);
    expect(pointsOf(storage)).toHaveLength(40);
  });

  it('is the same point when it is written again', async () => {
    const storage = await aStorage();
    const id = newId(Date.now());
    for (let time = 0; time < 2; time += 1)
      expect(await send(storage, message, never, id)).toMatchObject({ status: 'delivered' });
    expect(pointsOf(storage)).toHaveLength(1);
  });

  it('writes to 2.x with its token', async () => {
    const storage = await aStorage({
      ...{ type: 'influxdb2', database: undefined, username: undefined, password: undefined },
      ...{ org: 'acme', bucket: 'climate', token: influx2Token, precision: 'ns', measurement: 'second' },
    });
    expect(await send(storage, { ...message, time: '2026-11-20T12:00:00Z' })).toMatchObject({ status: 'delivered' });
    expect(pointsOf(storage)).toMatchObject([{ time: BigInt(Date.UTC(2026, 10, 20, 12)) * 1_000_000n }]);
  });

  it.each<[string, object, string]>([
    ['a wrong password', { password: 'wrong' }, 'influxdb.status_401'],
    ['a database that is not there', { database: 'missing' }, 'influxdb.status_404'],
    ['nobody there', { port: 1 }, 'influxdb.connection'],
  ])('waits for somebody to mend: %s', async (_, given, code) => {
    const outcome = await send(await aStorage(given), message);
    expect(outcome).toMatchObject({ status: 'failed', code, retryable: true });
    expect(JSON.stringify(outcome)).not.toContain('influx-secret');
  });

  it.each<[string, Answer, string]>([
    ['never answers', neverAnswer, 'influxdb.timeout'],
    ['breaks the connection', reset, 'influxdb.connection'],
    ['answers 500', answer(500), 'influxdb.status_500'],
    ['asks to wait', answer(429, '', { 'retry-after': '60' }), 'influxdb.status_429'],
  ])('fails in time, to be tried again, when the other side %s', async (_, behaviour, code) => {
    sink.behave(behaviour);
    const outcome = await send(await aStorage({ timeout_ms: 1_000 }), message);
    expect(outcome).toMatchObject({ status: 'failed', code, retryable: true });
  });

  it.each<[string, Answer]>([
    ['drips', drip()],
    ['floods', flood(50 * 1024 * 1024)],
  ])('keeps no more than 16 KiB of an answer that %s', async (_, behaviour) => {
    sink.behave(behaviour);
    const outcome = await send(await aStorage({ timeout_ms: 1_000 }), message);
    expect((outcome.response ?? '').length).toBeLessThanOrEqual(16 * 1024);
  });

  it('tells no secret that the other side echoes', async () => {
    sink.behave((request, response) => response.writeHead(500).end(JSON.stringify(request.headers)));
    const outcome = await send(await aStorage({ password: 'canary-echo-password' }), message);
    expect(outcome.response).toContain('user-agent');
    const basic = Buffer.from('writer:canary-echo-password').toString('base64');
    for (const secret of ['canary-echo-password', basic]) expect(JSON.stringify(outcome)).not.toContain(secret);
  });

  it('ends when whoever asked gives up', async () => {
    sink.behave(neverAnswer);
    const giveUp = new AbortController();
    const outcome = send(await aStorage({ timeout_ms: 30_000 }), message, giveUp.signal);
    giveUp.abort();
    expect(await outcome).toMatchObject({ status: 'failed', code: 'influxdb.aborted', retryable: true });
  });

  it('makes no connection to an address inside, also by name', async () => {
    const storage = await aStorage();
    await world.app.database.query(
      `UPDATE storages SET config = config || '{"host":"169.254.169.254"}', version = 99 WHERE id = $1`,
      [storage.id],
    );
    expect(await send(storage, message)).toMatchObject({ code: 'egress.refused', retryable: false });
  });

  it('is not made while the storage is disabled, nor without values', async () => {
    expect(await send(await aStorage({ enabled: false }), message)).toMatchObject({
      code: 'storage.disabled',
      notMade: true,
    });
    expect(await send(await aStorage(), { data: {} })).toMatchObject({ code: 'point.no_values', retryable: false });
  });

  it('shows what it would send without sending it', async () => {
    const storage = await aStorage();
    const outbound = { deliveryId: newId(Date.now()), runId: 'r', flowId: 'f', nodeId: 'n', deviceId: null };
    const preview = await channel().preview({ id: world.tenant.tenantId }, storage.id, {
      ...outbound,
      messageJson: JSON.stringify(message),
    });
    expect(preview.request).toMatchObject({
      url: `http://127.0.0.1:${sink.port.toString()}/write?db=telemetry&precision=ms`,
      headers: { authorization: '********' },
      body: expect.stringContaining(' t=21.5 '),
    });
    expect(pointsOf(storage)).toEqual([]);
  });
});
