import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DatabaseSilent } from '../../src/core/database/database-away.js';
import { HeartbeatsService } from '../../src/modules/devices/journal/heartbeats/heartbeats.service.js';
import { ReportsRepository } from '../../src/modules/devices/twin/reports.repository.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';
import { asDevice, TwinLab } from '../support/twin-lab.js';

const lab = new TwinLab();
const { clock, anAgent, target, poll, report, read, historyOf } = lab;
const eventsOf = async (id: string): Promise<string[]> =>
  (await lab.world.get(`/api/v1/devices/${id}/history`)).map(({ event }: { event: string }) => event);

describe('GET …/{uuid}/state', () => {
  it.each(['/api/v1/device', '/api/device', '/device'])(
    'answers the target at %s, and 304 while it stays',
    async (at) => {
      const agent = await anAgent();
      const empty = await poll(agent, {}, at);
      expect(empty.body).toEqual({ [agent.uuid]: { apps: {}, config: {}, version: 0 } });
      await target(agent.id, { config: { interval: 30 } });
      const first = await poll(agent, { 'if-none-match': String(empty.headers.etag) }, at);
      expect(first.status).toBe(200);
      expect(first.body).toEqual({ [agent.uuid]: { apps: {}, config: { interval: 30 }, version: 1 } });
      const etag = String(first.headers.etag);
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const same = await poll(agent, { 'if-none-match': tag }, at);
        expect([tag, same.status, same.body, same.headers.etag]).toEqual([tag, 304, '', etag]);
      }
      await target(agent.id, { config: { interval: 10 } });
      expect((await poll(agent, { 'if-none-match': etag }, at)).status).toBe(200);
    },
  );

  it('has the tag that people see', async () => {
    const agent = await anAgent();
    const { headers } = await target(agent.id, { a: 1 });
    expect((await poll(agent)).headers.etag).toBe(headers.etag);
  });

  it('is found by the device’s id too, with X-Device-API-Key', async () => {
    const agent = await anAgent();
    const headers = { 'x-device-api-key': agent.key };
    const answer = await lab.server.http('GET', `/device/${agent.id}/state`, { headers });
    expect(answer.body).toEqual({ [agent.id]: { apps: {}, config: {}, version: 0 } });
  });

  it('is a device’s own, and nobody else’s', async () => {
    const [one, two] = [await anAgent(), await anAgent()];
    const foreign = await anAgent(await TenantWorld.create(lab.server));
    for (const uuid of [two.uuid, two.id, foreign.uuid, randomUUID()]) {
      const answer = await poll({ ...one, uuid });
      expect([answer.status, answer.body.code, answer.body.error]).toEqual([404, 'device.not_found', 'Not Found']);
    }
    const { status, body, headers } = await lab.server.http('GET', `/device/${one.uuid}/state`);
    expect([status, body.error, headers['www-authenticate']]).toEqual([401, 'Unauthorized', 'Bearer']);
    expect((await lab.server.http('GET', `/device/${one.uuid}/state`, { token: lab.world.token })).status).toBe(403);
  });

  it('begins anew for a device that is registered anew under its uuid', async () => {
    const old = await anAgent();
    await target(old.id, { a: 'old' });
    const etag = String((await poll(old)).headers.etag);
    await lab.server.http('DELETE', `/api/v1/devices/${old.id}`, { token: lab.world.token });
    expect((await poll(old)).status).toBe(401);
    clock.advance(1_000);
    const { id } = await lab.world.aDevice({ uuid: old.uuid });
    const made = await lab.server.http('POST', `/api/v1/devices/${id}/keys`, { token: lab.world.token, body: {} });
    await target(id, { a: 'new' });
    const renewed = await poll({ ...old, id, key: String(made.body.key) }, { 'if-none-match': etag });
    expect([renewed.status, renewed.body[old.uuid]?.a]).toEqual([200, 'new']);
  });

  it('answers many that ask at once, each its own', async () => {
    const agents = await Promise.all(Array.from({ length: 10 }, () => anAgent()));
    await Promise.all(agents.map((agent) => target(agent.id, { mine: agent.uuid })));
    const tags = await Promise.all(agents.map(async (agent) => String((await poll(agent)).headers.etag)));
    const answers = await Promise.all(
      agents.flatMap((agent, n) => [poll(agent), poll(agent, { 'if-none-match': tags[n] ?? '' })]),
    );
    expect(answers.map(({ status }) => status)).toEqual(agents.flatMap(() => [200, 304]));
    const told = answers.filter((_, n) => n % 2 === 0).map(({ body }, n) => body[agents[n]?.uuid ?? '']?.mine);
    expect(told).toEqual(agents.map(({ uuid }) => uuid));
  });
});

describe('PATCH …/state', () => {
  /** Another process on the same database. */
  let other: TestApp;

  beforeAll(async () => {
    other = await startTestApp({ clock, database: lab.server.database });
  });
  afterAll(() => other.close());

  it.each([
    ['/api/v1/device/state'],
    ['/api/device/state'],
    ['/device/state'],
    ['/api/v1/device/{uuid}/state'],
    ['/device/{uuid}/state'],
  ])('takes a report at %s, bare or under the device’s uuid', async (path) => {
    const agent = await anAgent();
    const at = path.replace('{uuid}', agent.uuid);
    const first = await report(agent, { apps: { 1: { status: 'running' } }, uptime: 1 }, at);
    expect([first.status, first.body]).toEqual([200, { status: 'ok', version: 1 }]);
    expect((await report(agent, { [agent.uuid]: { uptime: 2, apps: { 1: null } } }, at)).body.version).toBe(2);
    expect((await read(agent.id)).reported).toEqual({ apps: {}, uptime: 2 });
  });

  it('takes it packed by gzip, as document 000’s agents send it', async () => {
    const agent = await anAgent();
    const send = (body: Buffer) =>
      lab.server.http('PATCH', '/api/v1/device/state', {
        body,
        ...asDevice(agent, { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
      });
    expect((await send(gzipSync(JSON.stringify({ [agent.uuid]: { uptime: 5 } })))).status).toBe(200);
    expect((await read(agent.id)).reported).toEqual({ uptime: 5 });
    expect((await send(Buffer.from('{}'))).status).toBe(400);
    expect((await send(gzipSync(Buffer.alloc(4_000_000, 32)))).status).toBe(413);
  });

  it('may come again after a lost answer: the same report makes nothing new', async () => {
    const agent = await anAgent();
    const first = await report(agent, { uptime: 1, wifi: { ssid: 'a' } });
    const again = await report(agent, { wifi: { ssid: 'a' }, uptime: 1.0 });
    expect(again.body).toEqual(first.body);
    expect(await historyOf(agent.id)).toHaveLength(1);
  });

  it.each([
    ['before its state is stored', ReportsRepository, 'read', 1, 0],
    ['before the heartbeat is', HeartbeatsService, 'note', 1, 1],
  ] as const)('comes again when the database was lost %s', async (_, type, method, version, stored) => {
    const agent = await anAgent();
    const part = lab.server.app.get<Record<typeof method, () => Promise<never>>>(type, { strict: false });
    const losing = jest.spyOn(part, method).mockRejectedValue(new DatabaseSilent(1_000));
    try {
      const lost = await report(agent, { fw: '1' });
      expect([lost.status, lost.body.error, lost.headers['retry-after']]).toEqual([
        503,
        'Service Unavailable',
        expect.any(String),
      ]);
    } finally {
      losing.mockRestore();
    }
    expect((await read(agent.id)).reported_version).toBe(stored);
    expect((await report(agent, { fw: '1' })).body.version).toBe(version);
    expect(await historyOf(agent.id)).toHaveLength(1);
    expect((await lab.world.get(`/api/v1/devices/${agent.id}`)).status).toBe('online');
  });

  it('is a heartbeat also when nothing changed: a device that was late is online again, once', async () => {
    const agent = await anAgent();
    await report(agent, {});
    const device = () => lab.world.get(`/api/v1/devices/${agent.id}`);
    const { last_seen_at, status } = await device();
    expect([status, await eventsOf(agent.id)]).toEqual(['online', ['status_change']]);
    clock.advance(60_000);
    await report(agent, {});
    expect(Date.parse((await device()).last_seen_at)).toBeGreaterThanOrEqual(Date.parse(last_seen_at) + 60_000);
    await lab.server.database.query(`UPDATE device_state SET status = 'offline' WHERE device_id = $1`, [agent.id]);
    await Promise.all([report(agent, {}), report(agent, {}), report(agent, { a: 1 })]);
    expect((await device()).status).toBe('online');
    expect(await eventsOf(agent.id)).toEqual(['status_change', 'status_change']);
    const [turn] = await lab.world.get(`/api/v1/devices/${agent.id}/history`);
    expect(turn.data).toEqual({ from: 'offline', to: 'online', reason: 'message' });
    expect(await historyOf(agent.id)).toHaveLength(1);
  });

  it('leaves a device in maintenance there', async () => {
    const agent = await anAgent();
    await lab.server.http('PUT', `/api/v1/devices/${agent.id}`, {
      token: lab.world.token,
      body: { status: 'maintenance' },
    });
    await report(agent, { a: 1 });
    const { status, last_seen_at } = await lab.world.get(`/api/v1/devices/${agent.id}`);
    expect([status, last_seen_at]).toEqual(['maintenance', expect.any(String)]);
  });

  it.each([
    ['a list', '[]', ''],
    ['no JSON', '{', ''],
    ['nothing', '', ''],
    ['a NUL', '{"apps":{"1":{"log":"a\\u0000"}}}', 'apps.1.log'],
    ['a number beyond all', '{"n":1e999}', 'n'],
    ['too many bytes', JSON.stringify({ text: 'x'.repeat(65_536) }), 'reported'],
  ])('refuses %s and names where; the device is not heard of', async (_, body, path) => {
    const agent = await anAgent();
    const refused = await lab.server.http('PATCH', '/device/state', {
      body,
      ...asDevice(agent, { 'content-type': 'application/json' }),
    });
    expect([refused.status, refused.body.code, refused.body.error]).toEqual([400, 'validation.failed', 'Bad Request']);
    expect(refused.body.errors[0].path).toBe(path);
    expect(refused.body.message).toBe(refused.body.detail);
    expect((await lab.world.get(`/api/v1/devices/${agent.id}`)).last_seen_at).toBeNull();
  });

  it('lets no neighbour of a batch pay for a bad report', async () => {
    const agents = await Promise.all(Array.from({ length: 6 }, () => anAgent()));
    const answers = await Promise.all(agents.map((agent, n) => report(agent, n === 2 ? { bad: '\u0000' } : { n })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 200, 200, 200]);
    const states = await Promise.all(agents.map(async ({ id }) => (await read(id)).reported));
    expect(states).toEqual([{ n: 0 }, { n: 1 }, {}, { n: 3 }, { n: 4 }, { n: 5 }]);
  });

  it('is about the device itself: another uuid is not there', async () => {
    const [one, two] = [await anAgent(), await anAgent()];
    for (const uuid of [two.uuid, two.id, randomUUID()]) {
      expect((await report(one, { a: 1 }, `/device/${uuid}/state`)).status).toBe(404);
      expect((await report(one, { [uuid]: { a: 1 } })).status).toBe(404);
    }
    expect(await read(two.id)).toMatchObject({ reported: {}, reported_version: 0 });
    expect((await lab.server.http('PATCH', '/device/state', { body: {} })).status).toBe(401);
    expect((await lab.server.http('PATCH', '/device/state', { body: {}, token: lab.world.token })).status).toBe(403);
  });

  it('loses nothing of what two processes are told of one device at once', async () => {
    const agent = await anAgent();
    const send = (to: TestApp, n: number) =>
      to.http('PATCH', '/device/state', { body: { [`key${n}`]: n }, ...asDevice(agent) });
    const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => send(n % 2 === 0 ? lab.server : other, n)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { reported, reported_version } = await read(agent.id);
    expect(Object.keys(reported)).toHaveLength(16);
    const versions = (await historyOf(agent.id)).map(({ version }: { version: number }) => version);
    expect(versions).toEqual(Array.from({ length: reported_version }, (_, n) => reported_version - n));
  });

  it('meets a new target of the same moment without losing either', async () => {
    const agent = await anAgent();
    await Promise.all([
      ...[1, 2, 3, 4].map((n) => report(agent, { n, [`r${n}`]: 1 })),
      ...[1, 2, 3, 4].map((n) => target(agent.id, { [`t${n}`]: 1 })),
    ]);
    const { target: wanted, reported, version } = await read(agent.id);
    expect([Object.keys(wanted).sort(), version]).toEqual([['t1', 't2', 't3', 't4'], 4]);
    expect(Object.keys(reported).sort()).toEqual(['n', 'r1', 'r2', 'r3', 'r4']);
  });

  it('is held to the device’s rate', async () => {
    const agent = await anAgent();
    const answers = await Promise.all(Array.from({ length: 25 }, () => report(agent, {})));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(5);
    expect(refused[0]?.headers['retry-after']).toBe('1');
  });
});
