import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unpack } from '../../src/core/packing/packed.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui, anUplink } from '../support/uplinks.js';

const path = '/api/v1/ingest/chirpstack';

describe('POST /ingest/chirpstack', () => {
  let app: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
    world = await TenantWorld.create(app);
  });
  afterAll(() => app.close());

  const send = (body: unknown, event = 'up', headers: Record<string, string> = {}) =>
    app.http('POST', `${path}?event=${event}`, { apiKey: world.ingestKey, body, headers });
  /** What the device said; that it is online now is not its own word. */
  const eventsOf = (deviceId: string) =>
    app.database.query<{ id: string; event: string; body: Buffer; error: { code: string } | null; time: Date }>(
      `SELECT id, event, body, error, "time" FROM device_events WHERE device_id = $1 AND event <> 'status_change' ORDER BY id`,
      [deviceId],
    );

  it('stores the bytes as they came, marks the device online and queues one job, then answers 202', async () => {
    const device = await world.aDevice();
    const bytes = `  ${JSON.stringify(anUplink(device.dev_eui))}\n`;
    const answer = await send(bytes);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      success: true,
      event_id: expect.any(String),
      device_id: device.id,
      dev_eui: device.dev_eui,
      duplicate: false,
      received_at: expect.stringMatching(/Z$/),
    });
    const [event] = await eventsOf(device.id);
    expect(event?.id).toBe(answer.body.event_id);
    expect(unpack(event?.body ?? Buffer.alloc(0)).toString()).toBe(bytes);
    const jobs = await app.database.query('SELECT lane_id FROM jobs WHERE id = $1', [answer.body.event_id]);
    expect(jobs).toEqual([{ lane_id: world.tenantId }]);
    const seen = await world.get(`/api/v1/devices/${device.id}`);
    expect(seen).toMatchObject({ status: 'online', last_seen_at: answer.body.received_at });
  });

  it('answers a copy with the first one’s event id and stores nothing more', async () => {
    const device = await world.aDevice();
    const uplink = anUplink(device.dev_eui);
    const first = await send(uplink);
    const second = await send(uplink);
    expect(second.body).toMatchObject({
      duplicate: true,
      success: true,
      event_id: first.body.event_id,
      device_id: device.id,
    });
    expect(await eventsOf(device.id)).toHaveLength(1);
  });

  it('takes five copies at once as one', async () => {
    const device = await world.aDevice();
    const uplink = anUplink(device.dev_eui);
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(uplink)));
    expect(new Set(answers.map((answer) => answer.body.event_id)).size).toBe(1);
    expect(answers.filter((answer) => !answer.body.duplicate)).toHaveLength(1);
    expect(await eventsOf(device.id)).toHaveLength(1);
  });

  it('keeps an ack apart from the uplink whose id it shares', async () => {
    const device = await world.aDevice();
    const deduplicationId = randomUUID();
    await send(anUplink(device.dev_eui, { deduplicationId }));
    const ack = await send(anUplink(device.dev_eui, { deduplicationId }), 'ack');
    expect(ack.body.duplicate).toBe(false);
    expect((await eventsOf(device.id)).map((event) => event.event)).toEqual(['up', 'ack']);
  });

  it.each(['up', 'join', 'ack', 'txack', 'log', 'status', 'location', 'integration', 'never_heard_of'])(
    'takes the event %s',
    async (event) => {
      const device = await world.aDevice();
      expect((await send(anUplink(device.dev_eui), event)).status).toBe(202);
      expect((await eventsOf(device.id)).map((stored) => stored.event)).toEqual([event]);
    },
  );

  it('parks what an unknown device says', async () => {
    const devEui = aDevEui();
    const answer = await send(anUplink(devEui));
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      success: false,
      error: 'unknown_device',
      parked: true,
      device_id: null,
      dev_eui: devEui,
    });
    const parked = await app.database.query('SELECT id FROM parked_messages WHERE dev_eui = $1', [devEui]);
    expect(parked).toEqual([{ id: answer.body.event_id }]);
  });

  it('parks a message that names no device at all rather than losing it', async () => {
    const answer = await send({ hello: 'world' });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ success: false, error: 'missing_dev_eui', parked: true });
  });

  it('does not give a message to another tenant’s device of the same DevEUI', async () => {
    const other = await TenantWorld.create(app);
    const device = await other.aDevice();
    expect((await send(anUplink(device.dev_eui))).body).toMatchObject({ success: false, parked: true });
    expect(await eventsOf(device.id)).toEqual([]);
  });

  it('stores the neighbours of a message with values that PostgreSQL refuses, and says so only on that one', async () => {
    const devices = await Promise.all(Array.from({ length: 6 }, () => world.aDevice()));
    const bad = [
      `"object":{"note":"a\\u0000b"}`,
      `"object":{"note":"\\ud800"}`,
      `"object":{"n":1e200000}`,
      `"object":${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ];
    const bodies = devices.map((device, index) =>
      JSON.stringify(anUplink(device.dev_eui)).replace(
        '"object":{"temperature":27.2,"humidity":40}',
        bad[index] ?? '"object":{"ok":true}',
      ),
    );
    const answers = await Promise.all(bodies.map((body) => send(body)));
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202, 202, 202]);
    const stored = await Promise.all(devices.map((device) => eventsOf(device.id)));
    expect(stored.map((events) => events[0]?.error?.code)).toEqual([
      'event.mended',
      'event.mended',
      'event.mended',
      'event.mended',
      undefined,
      undefined,
    ]);
  });

  it('takes the time of arrival for one that cannot be', async () => {
    const device = await world.aDevice();
    const answer = await send(anUplink(device.dev_eui, { time: '2199-01-01T00:00:00Z' }));
    const [event] = await eventsOf(device.id);
    expect(event?.time.toISOString()).toBe(answer.body.received_at);
  });

  describe('refuses', () => {
    it.each([
      ['no key', {}],
      ['a key that never was', { 'x-api-key': 'flk_nope_nope' }],
    ])('%s with 401', async (_, headers) => {
      const answer = await app.http('POST', `${path}?event=up`, { body: anUplink(aDevEui()), headers });
      expect(answer.status).toBe(401);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    });

    it.each([['{"deviceInfo":'], ['[]'], ['7'], ['']])('%j with 400', async (body) => {
      const answer = await send(body, 'up', { 'content-type': 'application/json' });
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    });

    it('two megabytes with 413', async () => {
      const answer = await send({ ...anUplink(aDevEui()), padding: 'x'.repeat(2 * 1024 * 1024) });
      expect(answer.status).toBe(413);
    });

    it('a user’s own token with 403: keys are for machines', async () => {
      const answer = await app.http('POST', `${path}?event=up`, { token: world.token, body: anUplink(aDevEui()) });
      expect(answer.status).toBe(403);
    });
  });
});
