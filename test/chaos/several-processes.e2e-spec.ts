import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { answer, HttpSink } from '../support/http-sink.js';
import { ServerProcess } from '../support/server-process.js';
import { TenantWorld } from '../support/tenant-world.js';
import { anUplink } from '../support/uplinks.js';

/** Real processes on one database: what they share is PostgreSQL and nothing else. */
describe('several processes on one database', () => {
  /** Makes what the tests need through HTTP and works on no job itself. */
  let app: TestApp;
  let world: TenantWorld;
  let sink: HttpSink;

  beforeAll(async () => {
    [app, sink] = await Promise.all([startTestApp({ settings: { role: 'api' } }), HttpSink.start()]);
    world = await TenantWorld.create(app);
  });
  beforeEach(() => {
    sink.clear();
    sink.answerAlways(answer(200));
  });
  afterAll(async () => {
    await app.close();
    await sink.close();
  });

  const start = (role: string) => ServerProcess.start({ ROLE: role, DATABASE_URL: app.database.url });
  const post = (server: ServerProcess, body: unknown) =>
    server.http('POST', '/api/v1/ingest/chirpstack?event=up', { bearer: world.ingestKey, body });
  const noJobsLeft = (patienceMs?: number) =>
    eventually(
      async () => {
        const [left] = await app.database.query('SELECT id FROM jobs LIMIT 1');
        return left === undefined ? true : undefined;
      },
      'a queue without jobs',
      patienceMs,
    );
  const runsOf = (flowId: string) =>
    app.database.query<{ id: string; status: string; event_id: string }>(
      'SELECT id, status, event_id FROM flow_runs WHERE flow_id = $1',
      [flowId],
    );

  it('two take requests and two work: five copies sent to both are one event and one run, and nothing deadlocks', async () => {
    const device = await world.aDevice();
    const fn = await world.aFunction('function process(m) { return { n: m.f_cnt }; }');
    const http = await world.anIntegration('http', { url: `${sink.url}/copies` });
    const flow = await world.aChain(['device', device.id], ['function', fn.id], ['integration', http.id]);
    const [first, second, ...workers] = await Promise.all([
      start('api'),
      start('api'),
      start('worker'),
      start('worker'),
    ]);
    const servers = [first, second, ...workers];
    try {
      const uplinks = Array.from({ length: 60 }, (_, fCnt) => anUplink(device.dev_eui, { fCnt }));
      const answers = await Promise.all(
        uplinks.flatMap((uplink, n) =>
          [first, second, first, second, first].map((server, copy) =>
            post((n + copy) % 2 === 0 ? server : first, uplink),
          ),
        ),
      );
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
      await noJobsLeft();
      const events = await app.database.query(
        `SELECT id FROM device_events WHERE device_id = $1 AND event <> 'status_change'`,
        [device.id],
      );
      expect(events).toHaveLength(uplinks.length);
      const runs = await runsOf(flow.id);
      expect(runs.map((run) => run.status)).toEqual(uplinks.map(() => 'success'));
      expect(new Set(sink.requests.map((request) => request.headers['webhook-id'])).size).toBe(uplinks.length);
      expect(sink.requests).toHaveLength(uplinks.length);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });

  it('goes on where a worker was killed: every run ends, nothing is lost, and what is sent again has the same id', async () => {
    const device = await world.aDevice();
    const fn = await world.aFunction(
      'function process(m) { return { n: m.f_cnt, random: Math.random(), now: Date.now() }; }',
    );
    const http = await world.anIntegration('http', { url: `${sink.url}/killed`, schedule_ms: [0, 200, 200, 200] });
    const flow = await world.aChain(['device', device.id], ['function', fn.id], ['integration', http.id]);
    // Slow enough that the kill comes in the middle of attempts.
    sink.answerAlways((_, response) => {
      setTimeout(() => response.writeHead(200).end(), 60);
    });
    const api = await start('api');
    const victim = await start('worker');
    const uplinks = Array.from({ length: 200 }, (_, fCnt) => anUplink(device.dev_eui, { fCnt }));
    const posting = Promise.all(uplinks.map((uplink) => post(api, uplink)));
    await sink.received(20);
    await victim.kill();
    const heir = await start('worker');
    try {
      const answers = await posting;
      expect(answers.map((answer) => answer.status)).toEqual(uplinks.map(() => 202));
      await noJobsLeft(30_000);
      const runs = await runsOf(flow.id);
      expect(runs).toHaveLength(uplinks.length);
      expect(runs.filter((run) => run.status !== 'success')).toEqual([]);
      const bodiesById = new Map<string, Set<string>>();
      for (const request of sink.requests) {
        const id = String(request.headers['webhook-id']);
        bodiesById.set(id, (bodiesById.get(id) ?? new Set()).add(request.body));
      }
      expect(bodiesById.size).toBe(uplinks.length);
      // Clock and chance are seeded by the event: a message that is sent again is the same to the last byte.
      expect([...bodiesById.values()].filter((bodies) => bodies.size > 1)).toEqual([]);
    } finally {
      await Promise.all([api.stop(), heir.stop()]);
    }
  }, 60_000);

  it('works again after a kill right behind a 202', async () => {
    const device = await world.aDevice();
    const http = await world.anIntegration('http', { url: `${sink.url}/restart` });
    const flow = await world.aChain(['device', device.id], ['integration', http.id]);
    const first = await start('all');
    const answer = await post(first, anUplink(device.dev_eui));
    await first.kill();
    expect(answer.status).toBe(202);
    const second = await start('all');
    try {
      await noJobsLeft(30_000);
      expect((await runsOf(flow.id)).map((run) => run.status)).toEqual(['success']);
    } finally {
      await second.stop();
    }
  }, 60_000);
});
