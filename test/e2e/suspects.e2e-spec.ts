import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { Reaper } from '../../src/core/queue/reaper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { JobBench } from '../support/job-bench.js';
import { TenantWorld } from '../support/tenant-world.js';

/** Two processes on one database: one answers requests and finds dead workers, the other one works. */
describe('jobs that were held in a crash', () => {
  let api: TestApp;
  let worker: TestApp;
  let bench: JobBench;

  beforeAll(async () => {
    api = await startTestApp({ settings: { role: 'api' } });
    worker = await startTestApp({ settings: { role: 'worker' }, database: api.database });
    bench = new JobBench(api, worker, (await api.signUp()).tenantId);
  });
  beforeEach(() => {
    bench.starts.length = 0;
    bench.ends.length = 0;
  });
  afterAll(async () => {
    await worker.close();
    await api.close();
  });

  const allHeld = (rows: { held: boolean }[]) => rows.every(({ held }) => held);
  const allGone = (rows: unknown[]) => rows.length === 0;

  it('run one at a time with nothing beside them, then the others go on', async () => {
    const held = await bench.put(30, { stuck: true });
    await bench.until('thirty jobs at once', held, allHeld);
    expect(bench.starts.at(-1)?.beside.length).toBe(29);
    await bench.crash(await bench.holderOf(held[0] ?? ''));
    const waiting = await bench.put(10);
    bench.unstick(held);
    bench.starts.length = 0;
    await bench.until('an empty queue', [...held, ...waiting], allGone);
    const suspects = bench.starts.filter(({ id }) => held.includes(id));
    expect(suspects.map(({ beside }) => beside)).toEqual(held.map(() => []));
    expect(bench.starts.filter(({ beside }) => beside.some((id) => held.includes(id)))).toEqual([]);
    expect(new Set(bench.ends)).toEqual(new Set([...held, ...waiting]));
  });

  it('on their way to a slow destination get company soon: a hundred of them hold nobody up', async () => {
    const slow = await bench.put(60, { stuck: true, laneId: await bench.aDestination() });
    const others = await bench.put(1, { stuck: true, laneId: await bench.aDestination() });
    await bench.until('deliveries under way', others, allHeld);
    await bench.crash(await bench.holderOf(others[0] ?? ''));
    await bench.until('the first of them under way again', [...slow, ...others], (rows) =>
      rows.some(({ held }) => held),
    );
    const behind = await bench.put(5);
    await eventually(
      async () => ((await bench.rows(slow)).filter(({ held }) => held).length >= 16 ? true : undefined),
      'deliveries under way again',
    );
    await bench.until('work that waited behind them', behind, allGone);
    bench.unstick([...slow, ...others]);
    await bench.until('an empty queue', [...slow, ...others], allGone);
  });

  it('are given up after three crashes alone, whoever was with them before; a superuser lets them go', async () => {
    const [poison = '', neighbour = ''] = await bench.put(2, { stuck: true });
    await bench.until('both at once', [poison, neighbour], allHeld);
    for (const crashes of [1, 2, 3, 4]) {
      await bench.crash(await bench.holderOf(poison));
      bench.unstick([neighbour]);
      const [row] = await bench.rows([poison]);
      expect(row).toMatchObject({ crashes, alone_crashes: crashes - 1 });
      if (crashes < 4)
        await bench.until('the poison alone', [poison], ([again]) => again?.held === true && again.alone);
    }
    await bench.until('the end of the neighbour', [neighbour], allGone);
    expect(await bench.rows([poison])).toEqual([
      { id: poison, held: false, alone: true, crashes: 4, alone_crashes: 3, parked_reason: 'crash_loop' },
    ]);

    await api.app.get(Reaper).reap();
    expect((await api.http('GET', '/metrics')).body).toContain('fieldline_jobs_apart{state="crash_loop"} 1');

    const { token, userId, tenantId } = await api.signUp();
    const list = '/api/v1/admin/jobs?state=crash_loop&count=true';
    expect((await api.http('GET', list, { token })).status).toBe(403);
    expect((await api.http('POST', `/api/v1/admin/jobs/${poison}/release`, { token })).status).toBe(403);
    await api.database.query('UPDATE users SET is_superuser = true WHERE id = $1', [userId]);
    const login = await superuserToken(token);
    const parked = await api.http('GET', list, { token: login });
    expect(parked.headers['x-total-count']).toBe('1');
    expect(parked.body).toEqual([
      {
        id: poison,
        tenant_id: expect.not.stringMatching(tenantId),
        lane_id: expect.any(String),
        kind: 'test',
        state: 'crash_loop',
        crashes: 4,
        alone_crashes: 3,
        run_at: expect.any(String),
      },
    ]);
    expect((await api.http('GET', '/api/v1/admin/jobs?state=lost', { token: login })).status).toBe(400);

    bench.unstick([poison]);
    bench.starts.length = 0;
    const released = await api.http('POST', `/api/v1/admin/jobs/${poison}/release`, { token: login });
    expect([released.status, released.body.state]).toEqual([200, null]);
    await bench.until('the end of it', [poison], allGone);
    expect(bench.starts).toEqual([{ id: poison, beside: [] }]);
    const again = await api.http('POST', `/api/v1/admin/jobs/${poison}/release`, { token: login });
    expect([again.status, again.body.code]).toEqual([404, 'parked_job.not_found']);
  }, 60_000);

  /** Of the same account; what a token says of its owner is not older than its login. */
  async function superuserToken(token: string): Promise<string> {
    const me = await api.http('GET', '/api/v1/auth/me', { token });
    const login = await api.http('POST', '/api/v1/auth/login', {
      body: { username: me.body.email, password: 'a long enough password' },
    });
    return String(login.body.access_token);
  }

  it('of events save their run before anything is sent: what a destination answers cannot be their fault', async () => {
    const sink = await HttpSink.start();
    const world = await TenantWorld.create(api);
    const device = await world.aDevice();
    const http = await world.anIntegration('http', { url: `${sink.url}/suspect` });
    const flow = await world.aChain(['device', device.id], ['integration', http.id]);
    const lane = 'UPDATE lanes SET disabled = $2 WHERE id = $1';
    await api.database.query(lane, [world.tenantId, true]);
    const { event_id: eventId } = await world.post(device.dev_eui);
    await api.database.query('UPDATE jobs SET crashes = 1 WHERE id = $1', [eventId]);
    const savedWhenSent = new Promise<unknown[]>((resolve) => {
      sink.answerAlways((_, response) => {
        void api.database.query('SELECT status FROM flow_runs WHERE flow_id = $1', [flow.id]).then((runs) => {
          response.writeHead(200).end();
          resolve(runs);
        });
      });
    });
    await api.database.query(lane, [world.tenantId, false]);
    expect(await savedWhenSent).toEqual([{ status: 'running' }]);
    await sink.close();
  });

  it('are no suspects when their worker was leaving', async () => {
    const held = await bench.put(3, { stuck: true });
    await bench.until('jobs under way', held, allHeld);
    const holder = await bench.holderOf(held[0] ?? '');
    await api.database.query('UPDATE workers SET leaving = true WHERE id = $1', [holder]);
    await bench.crash(holder);
    expect((await bench.rows(held)).map(({ crashes }) => crashes)).toEqual([0, 0, 0]);
    bench.unstick(held);
    await bench.until('an empty queue', held, allGone);
  });

  it('are no suspects any more when their worker had only lost the database', async () => {
    const pool = worker.app.get(HotPool);
    const named = pool.named.bind(pool);
    let isCutOff = true;
    let held: string[] = [];
    const cut = jest.spyOn(pool, 'named').mockImplementation((name, text, values) => {
      // Also no claims, or it would be at work on them before it knows.
      if (isCutOff && /^(worker|jobs|suspects)-/.test(name)) return Promise.reject(new Error('away'));
      return named(name, text, values);
    });
    try {
      isCutOff = false;
      held = await bench.put(3, { stuck: true });
      await bench.until('jobs under way', held, allHeld);
      isCutOff = true;
      const holder = await bench.holderOf(held[0] ?? '');
      await bench.crash(holder);
      expect((await bench.rows(held)).map(({ crashes }) => crashes)).toEqual([1, 1, 1]);
      await eventually(async () => {
        await Promise.resolve();
        const failed = cut.mock.calls.some(([name]) => name === 'worker-beat');
        return failed ? true : undefined;
      }, 'a heartbeat that failed');
      isCutOff = false;
      await bench.until('jobs under way again', held, allHeld);
      expect((await bench.rows(held)).map(({ crashes, alone }) => [crashes, alone])).toEqual(
        held.map(() => [0, false]),
      );
      // One that was aborted may not have noticed yet.
      expect(bench.starts.at(-1)?.beside.length).toBeGreaterThanOrEqual(2);
    } finally {
      cut.mockRestore();
      bench.unstick(held);
      await bench.until('an empty queue', held, allGone);
    }
  });
});

describe('an embedded start', () => {
  it('does not wait for the lease of the process before it', async () => {
    const api = await startTestApp({ settings: { role: 'api' } });
    const { tenantId } = await api.signUp();
    await api.database.query(
      `INSERT INTO workers (id, role, host, pid, slots, lease_until)
       VALUES ('01930000-0000-7000-8000-000000000001', 'all', 'here', 1, 200, now() + interval '1 day')`,
    );
    await api.database.query(
      `INSERT INTO jobs (id, tenant_id, lane_id, kind, worker_id, lease_token)
       VALUES (gen_random_uuid(), $1, $1, 'process-event', '01930000-0000-7000-8000-000000000001', gen_random_uuid())`,
      [tenantId],
    );
    const server = await startTestApp({ settings: { embedded: true }, database: api.database });
    try {
      await eventually(async () => {
        const left = await api.database.query('SELECT id FROM jobs');
        return left.length === 0 ? true : undefined;
      }, 'an empty queue');
      expect(await api.database.query('SELECT id FROM workers')).toHaveLength(1);
    } finally {
      await server.close();
      await api.close();
    }
  });
});
