import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { JobsRepository, type Claim } from '../../src/core/queue/jobs.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ExplainingPool, type PlanNode } from '../support/explaining-pool.js';

const backlog = 20_000;
const otherLanes = 50;
const tenantId = randomUUID();
const workerId = newId(Date.now());

describe('a claim', () => {
  let database: TestDatabase;
  let pool: ExplainingPool;
  const blocked = laneOf(1);
  const hanging = laneOf(2);

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(`INSERT INTO tenants (id, name, slug) VALUES ($1, 't', 't')`, [tenantId]);
    await database.query(
      `INSERT INTO workers (id, role, host, pid, slots, lease_until) VALUES ($1, 'all', 'here', 1, 1, now() + interval '1 hour')`,
      [workerId],
    );
    const lanes = Array.from({ length: otherLanes + 2 }, (_, n) => laneOf(n + 1));
    await database.query(`INSERT INTO lanes (id, tenant_id, kind) SELECT unnest($1::uuid[]), $2, 'deliveries'`, [
      lanes,
      tenantId,
    ]);
    await database.query(
      `UPDATE lanes SET blocked_reason = 'breaker', blocked_until = now() + interval '1 hour' WHERE id = $1`,
      [blocked],
    );
    for (const lane of [blocked, hanging]) await fill(lane, backlog);
    for (const lane of lanes.slice(2)) await fill(lane, 1);
    await database.query('ANALYZE');
    pool = new ExplainingPool(settings());
  }, 60_000);
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  const fill = (lane: string, count: number) =>
    database.query(
      `INSERT INTO jobs (id, tenant_id, lane_id, kind, run_at)
       SELECT gen_random_uuid(), $1, $2, 'deliver', now() - n * interval '1 second' FROM generate_series(1, $3::int) AS n`,
      [tenantId, lane, count],
    );
  const settings = () =>
    loadSettings({ DATABASE_URL: database.url, SECRET_KEY: 'a key that is long enough and seals nothing' });
  const claim = (given: Partial<Claim> = {}, by: HotPool = pool) =>
    new JobsRepository(by).claim({
      ...{ workerId, lanes: 'deliveries', wanted: 128, perLane: 16, livingWorkers: 1, busy: [] },
      ...given,
    });

  it('takes a few of each open lane, none of a blocked one, and looks at little more than what it takes', async () => {
    const claimed = await claim();
    const lanesOf = claimed.map(({ job }) => job.laneId);
    expect(lanesOf.filter((lane) => lane === blocked)).toEqual([]);
    // The statement is made twice, once to be explained: what was taken then is gone, and the lane that has enough gives more.
    expect(lanesOf.filter((lane) => lane === hanging)).toHaveLength(16);
    const nodes = pool.take().filter((node) => node['Relation Name'] === 'jobs' && node['Actual Loops'] > 0);
    expect(nodes.length).toBeGreaterThan(2);
    expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    // A hop for each lane, and for each job the look, the lock and the update.
    expect(nodes.reduce((sum, node) => sum + rowsOf(node), 0)).toBeLessThan(otherLanes + 2 + 4 * (16 + otherLanes));
  });

  it('leaves a lane alone that is as busy here as it may be', async () => {
    const busy = [{ laneId: hanging, jobs: 16, places: 0, tokens: null }];
    expect((await claim({ busy })).map(({ job }) => job.laneId).filter((lane) => lane === hanging)).toEqual([]);
  });

  it('takes one of a blocked lane when its time has come, and nobody else takes another', async () => {
    await database.query('UPDATE lanes SET blocked_until = now() WHERE id = $1', [blocked]);
    const plain = new HotPool(settings());
    const claims = await Promise.all(Array.from({ length: 4 }, () => claim({}, plain)));
    await plain.onApplicationShutdown();
    const probes = claims.flat().filter(({ job }) => job.laneId === blocked);
    expect(probes.map(({ job }) => job.isProbe)).toEqual([true]);
  });
});

describe('a claim whose plan was made while nothing waited', () => {
  let database: TestDatabase;
  let pool: HotPool;

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = loadSettings({
      DATABASE_URL: database.url,
      SECRET_KEY: 'a key that is long enough and seals nothing',
    });
    await database.query(`INSERT INTO tenants (id, name, slug) VALUES ($1, 't', 't')`, [tenantId]);
    await database.query(
      `INSERT INTO workers (id, role, host, pid, slots, lease_until) VALUES ($1, 'all', 'here', 1, 1, now() + interval '1 hour')`,
      [workerId],
    );
    await database.query(`INSERT INTO lanes (id, tenant_id, kind) VALUES ($1, $1, 'events')`, [tenantId]);
    await database.query('ANALYZE');
    pool = new HotPool(settings);
  }, 60_000);
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  const tuplesRead = async (): Promise<number> => {
    await database.query('SELECT pg_stat_force_next_flush()');
    const [row] = await database.query<{ read: string }>(
      `SELECT sum(idx_tup_read) AS read FROM pg_stat_user_indexes WHERE relname = 'jobs'`,
    );
    return Number(row?.read);
  };

  it('reads what it takes and not all that waits', async () => {
    const repository = new JobsRepository(pool);
    const claim = () =>
      repository.claim({ workerId, lanes: 'events', wanted: 200, perLane: 200, livingWorkers: 1, busy: [] });
    // After five runs PostgreSQL keeps one plan for all to come.
    for (let idle = 0; idle < 8; idle += 1) expect(await claim()).toEqual([]);
    await database.query(
      `INSERT INTO jobs (id, tenant_id, lane_id, kind) SELECT gen_random_uuid(), $1, $1, 'x' FROM generate_series(1, $2::int)`,
      [tenantId, backlog],
    );
    const before = await tuplesRead();
    expect(await claim()).toHaveLength(200);
    await pool.query('SELECT pg_stat_force_next_flush()');
    expect((await tuplesRead()) - before).toBeLessThan(2_000);
  });
});

/** In the order of their numbers, as PostgreSQL sorts them. */
function laneOf(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

function rowsOf(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}
