import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { News } from '../../src/core/news/news.js';
import { pack } from '../../src/core/packing/packed.js';
import { EventStreamsService } from '../../src/modules/live/event-streams.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { EventStreamClient } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { TenantWorld } from '../support/tenant-world.js';

describe('GET /api/v1/events/stream', () => {
  /** Two processes on one database: one stores and works, one is listened to. */
  let app: TestApp;
  let other: TestApp;
  let base: string;
  let world: TenantWorld;
  let keeper: EventStreamClient;
  let clients: EventStreamClient[] = [];

  beforeAll(async () => {
    app = await startTestApp();
    other = await startTestApp({ database: app.database, settings: { role: 'api' } });
    base = await other.listen();
    world = await TenantWorld.create(app);
    // As long as somebody listens, the next one need not wait until every process knows.
    keeper = await EventStreamClient.open(base, { authorization: `Bearer ${world.token}` });
  });
  afterEach(() => {
    clients.forEach((client) => {
      client.close();
    });
    clients = [];
  });
  afterAll(async () => {
    keeper.close();
    await other.close();
    await app.close();
  });

  const open = async (
    options: { query?: string; isReady?: boolean; headers?: Record<string, string>; at?: string } = {},
    token = world.token,
  ): Promise<EventStreamClient> => {
    const { headers = {}, at = base, ...rest } = options;
    const client = await EventStreamClient.open(at, { authorization: `Bearer ${token}`, ...headers }, rest);
    clients.push(client);
    return client;
  };

  it('tells of device events, turns and runs that another process stored, as their histories show them', async () => {
    const device = await world.aDevice();
    const pass = await world.aFunction('function process(msg) { return msg; }');
    const flow = await world.aChain(['device', device.id], ['function', pass.id]);
    const client = await open();
    const { event_id } = await world.post(device.dev_eui);
    const said = await client.next('device_event');
    const [turn, shown] = (await world.get(`/api/v1/devices/${device.id}/history`)).reverse();
    expect(said).toEqual({ event: 'device_event', id: event_id, data: shown });
    expect(await client.next('status_change')).toEqual({ event: 'status_change', id: turn.id, data: turn });
    const run = await client.next('flow_run');
    expect(run.data).toEqual((await world.get(`/api/v1/flows/${flow.id}/history`))[0]);
    expect(client.idsOf('device_event')).toEqual([event_id]);
  });

  it('tells of both sides of a twin as they change', async () => {
    const device = await world.aDevice();
    const key = await app.http('POST', `/api/v1/devices/${device.id}/keys`, { token: world.token, body: {} });
    const client = await open({ query: `?device_id=${device.id}&types=twin_change` });
    const wanted = { token: world.token, body: { target: { interval: 30 } } };
    await app.http('PATCH', `/api/v1/devices/${device.id}/twin`, wanted);
    const asDevice = { headers: { authorization: `Bearer ${String(key.body.key)}` } };
    await app.http('PATCH', '/device/state', { body: { interval: 60 }, ...asDevice });
    await app.http('PATCH', '/device/state', { body: { interval: 60 }, ...asDevice });
    const reported = await client.next('twin_change', ({ data }) => data.side === 'reported');
    const target = await client.next('twin_change', ({ data }) => data.side === 'target');
    expect([reported.data, target.data]).toEqual(await world.get(`/api/v1/devices/${device.id}/twin/history`));
    expect(client.events.map(({ event }) => event)).toEqual(['ready', 'twin_change', 'twin_change']);
  });

  it('tells of deliveries that have failed for good', async () => {
    const sink = await HttpSink.start();
    sink.answerAlways((_, response) => response.writeHead(400).end());
    try {
      const device = await world.aDevice();
      const integration = await world.anIntegration('http', { url: sink.url });
      const flow = await world.aChain(['device', device.id], ['integration', integration.id]);
      const client = await open({ query: `?flow_id=${flow.id}` });
      await world.post(device.dev_eui);
      const { data } = await client.next('delivery_failed');
      expect(data).toMatchObject({ integration_id: integration.id, flow_id: flow.id, status: 'failed' });
      await client.next('flow_run');
      expect(client.events.map(({ event }) => event).sort()).toEqual(['delivery_failed', 'flow_run', 'ready']);
    } finally {
      await sink.close();
    }
  });

  it('tells only what was asked for', async () => {
    const [device, unheard] = [await world.aDevice(), await world.aDevice()];
    const client = await open({ query: `?types=device_event&device_id=${device.id.toUpperCase()}` });
    await world.post(unheard.dev_eui);
    const { event_id } = await world.post(device.dev_eui);
    await client.next('device_event', ({ id }) => id === event_id);
    await world.post(unheard.dev_eui);
    const last = await world.post(device.dev_eui);
    await client.next('device_event', ({ id }) => id === last.event_id);
    expect(client.events.map(({ id }) => id)).toEqual([undefined, event_id, last.event_id]);
  });

  it('tells nobody of another tenant', async () => {
    const stranger = await TenantWorld.create(app);
    const [device, foreign] = [await world.aDevice(), await stranger.aDevice()];
    const [mine, theirs] = [await open(), await open({}, stranger.token)];
    const [said, foreignSaid] = [await world.post(device.dev_eui), await stranger.post(foreign.dev_eui)];
    await mine.next('device_event', ({ id }) => id === said.event_id);
    await theirs.next('device_event', ({ id }) => id === foreignSaid.event_id);
    expect(mine.idsOf('device_event')).not.toContain(foreignSaid.event_id);
    expect(theirs.idsOf('device_event')).toEqual([foreignSaid.event_id]);
    expect(await open({ query: `?device_id=${foreign.id}`, isReady: false })).toBeDefined();
  });

  it('misses nothing that comes while it begins, wherever it is stored', async () => {
    const newcomer = await TenantWorld.create(app);
    const device = await newcomer.aDevice();
    const client = await open({ isReady: false }, newcomer.token);
    const sent: string[] = [];
    const isReady = () => client.events.some(({ event }) => event === 'ready');
    while (!isReady()) sent.push((await newcomer.post(device.dev_eui)).event_id);
    sent.push((await newcomer.post(device.dev_eui)).event_id);
    await client.next('device_event', ({ id }) => id === sent.at(-1));
    for (const id of sent) await client.next('device_event', (one) => one.id === id);
    expect(client.idsOf('device_event').sort()).toEqual([...sent].sort());
  });

  it('tells of what is committed late, and lets it hold up nobody', async () => {
    const device = await world.aDevice();
    const client = await open({ query: `?device_id=${device.id}` });
    const late = new pg.Client({ connectionString: app.database.url });
    await late.connect();
    try {
      const lateId = newId(Date.now());
      await late.query('BEGIN');
      await late.query(
        `INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body)
         VALUES ($1, $2, $3, now(), 'test', 'up', $4)`,
        [lateId, world.tenantId, device.id, pack('{}')],
      );
      const tx = { manager: undefined as never, publish: () => undefined };
      const query = async <Row>(sql: string, values?: readonly unknown[]) =>
        (await late.query(sql, values === undefined ? [] : [...values])).rows as Row[];
      const news = app.app.get(News, { strict: false });
      await news.tell({ ...tx, query }, 'device_event', [{ tenantId: world.tenantId, id: lateId }]);
      const early = await world.post(device.dev_eui);
      await client.next('device_event', ({ id }) => id === early.event_id);
      expect(client.idsOf('device_event')).not.toContain(lateId);
      await late.query('COMMIT');
      await client.next('device_event', ({ id }) => id === lateId);
      expect(client.idsOf('device_event')).toEqual([early.event_id, lateId]);
    } finally {
      await late.end();
    }
  });

  describe('with Last-Event-ID', () => {
    it('first tells what was missed, from the histories', async () => {
      const device = await world.aDevice();
      const { event_id } = await world.post(device.dev_eui);
      const missed = [await world.post(device.dev_eui), await world.post(device.dev_eui)].map((one) => one.event_id);
      const query = `?types=device_event&device_id=${device.id}`;
      const client = await open({ query, headers: { 'last-event-id': event_id } });
      expect(client.idsOf('device_event')).toEqual(expect.arrayContaining(missed));
      expect(client.events.at(-1)?.event).toBe('ready');
      const next = await world.post(device.dev_eui);
      await client.next('device_event', ({ id }) => id === next.event_id);
      expect(new Set(client.idsOf('device_event')).size).toBe(client.idsOf('device_event').length);
    });

    it.each([
      ['an id that is none of ours', 'last week', 'unknown_id'],
      ['one from too long ago', newId(Date.now() - 3_600_000), 'too_old'],
    ])('begins anew after %s', async (_, id, reason) => {
      const client = await open({ headers: { 'last-event-id': id } });
      expect((await client.next('reset')).data).toEqual({ reason });
    });

    it('begins anew where more was missed than is told', async () => {
      const crowd = await TenantWorld.create(app);
      const device = await crowd.aDevice();
      const { event_id } = await crowd.post(device.dev_eui);
      await app.database.query(
        `INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body)
         SELECT id, $2, $3, now(), 'test', 'up', $4 FROM unnest($1::uuid[]) AS id`,
        [Array.from({ length: 1_001 }, () => newId(Date.now())), crowd.tenantId, device.id, pack('{}')],
      );
      const client = await open({ headers: { 'last-event-id': event_id } }, crowd.token);
      expect((await client.next('reset')).data).toEqual({ reason: 'too_many' });
    });
  });

  describe('admits', () => {
    const streams = () => other.app.get(EventStreamsService, { strict: false });

    it('viewers and keys that may read, and nobody else', async () => {
      const viewer = await TenantWorld.create(app);
      await app.database.query(`UPDATE memberships SET role = 'viewer' WHERE tenant_id = $1`, [viewer.tenantId]);
      await open({ isReady: false }, viewer.token);
      const key = await keyWith('read');
      const byKey = await EventStreamClient.open(base, { 'x-api-key': key.key }, { isReady: false });
      clients.push(byKey);
      const url = '/api/v1/events/stream';
      expect((await app.http('GET', url)).status).toBe(401);
      expect((await app.http('GET', `${url}?access_token=${world.token}`)).status).toBe(401);
      expect((await app.http('GET', url, { apiKey: world.ingestKey })).status).toBe(403);
    });

    it('nobody any longer whose session or key is gone', async () => {
      const key = await keyWith('read');
      const leaving = await TenantWorld.create(app);
      const [byKey, bySession, staying] = [
        await EventStreamClient.open(base, { 'x-api-key': key.key }, { isReady: false }),
        await open({ isReady: false }, leaving.token),
        await open(),
      ];
      await app.http('DELETE', `/api/v1/api-keys/${key.id}`, { token: world.token });
      await app.http('POST', '/api/v1/auth/logout', { token: leaving.token, body: {} });
      await streamsUntil(() => byKey.hasEnded && bySession.hasEnded);
      expect(staying.hasEnded).toBe(false);
      expect(staying.comments).toBeGreaterThan(1);
    });

    it('a hundred streams of one tenant, and then says when to come back', async () => {
      const many = await TenantWorld.create(app);
      await Promise.all(Array.from({ length: 100 }, () => open({ isReady: false }, many.token)));
      const refused = await other.http('GET', '/api/v1/events/stream', { token: many.token });
      expect([refused.status, refused.body.code]).toEqual([429, 'events.too_many_streams']);
      expect(refused.headers['retry-after']).toBe('15');
      await open({ isReady: false });
    });

    const keyWith = async (scope: string) =>
      (
        await app.http('POST', '/api/v1/api-keys', {
          token: world.token,
          body: { name: `may ${scope}`, scopes: [scope] },
        })
      ).body as { id: string; key: string };
    const streamsUntil = async (holds: () => boolean) => {
      await eventually(async () => {
        await streams().tend();
        return holds() ? true : undefined;
      }, 'streams that have ended');
    };
  });

  it.each(['?types=gossip', '?device_id=12', '?fruit=apple'])('refuses %s', async (query) => {
    const answer = await app.http('GET', `/api/v1/events/stream${query}`, { token: world.token });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation.failed']);
  });

  it('answers HEAD without a stream', async () => {
    const answer = await fetch(`${base}/api/v1/events/stream`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${world.token}` },
    });
    expect([200, 404, 405]).toContain(answer.status);
  });

  it('counts who listens', async () => {
    await open();
    const shown = async () => (await other.http('GET', '/metrics')).body as string;
    expect(await shown()).toMatch(/fieldline_event_streams [1-9]/);
  });

  it('costs tenants for which nobody listens no row', async () => {
    const quiet = await TenantWorld.create(app);
    const device = await quiet.aDevice();
    await quiet.post(device.dev_eui);
    expect(await app.database.query('SELECT FROM news WHERE tenant_id = $1', [quiet.tenantId])).toEqual([]);
  });

  it('ends when its server does, without waiting for anybody', async () => {
    const third = await startTestApp({ database: app.database, settings: { role: 'api' } });
    const client = await open({ at: await third.listen() });
    await third.close();
    await client.ended();
    expect((await app.http('GET', '/api/v1/auth/me', { token: world.token })).status).toBe(200);
  });
});
