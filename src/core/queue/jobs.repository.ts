import { Injectable } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import { RowsParameter } from '../database/rows-parameter.js';
import type { Queryable } from '../database/tx.js';
import type { LaneBusyness } from './lane-traffic.js';
import type { LaneKind } from './lanes.js';
import type { ClaimedJob, NewJob } from './job.js';

/** From one lane at a time at least this many are taken; fewer due lanes get more each. */
const minPerLane = 20;

const newJobs = new RowsParameter(
  'given',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['lane_id', 'uuid'],
    ['kind', 'text'],
    ['payload', 'jsonb'],
    ['run_at', 'timestamptz'],
    ['worker_id', 'uuid'],
    ['lease_token', 'uuid'],
  ] as const,
  1,
);

const enqueueSql = `
  INSERT INTO jobs (id, tenant_id, lane_id, kind, payload, run_at, worker_id, lease_token)
  SELECT id, tenant_id, lane_id, kind, payload, COALESCE(run_at, now()), worker_id, lease_token FROM ${newJobs.sql}
  ON CONFLICT DO NOTHING`;

/** Whatever a destination's owner allows, it leaves half of the slots to the others. */
const maxPerLane = 64;
/** Longer than any attempt takes: a probe that comes to nothing, because its process died, is made again after it. */
const probeSeconds = 45;

const busy = new RowsParameter(
  'b',
  [
    ['lane_id', 'uuid'],
    ['jobs', 'integer'],
    ['places', 'integer'],
    ['tokens', 'integer'],
  ] as const,
  6,
);

// Hops from lane to lane over the index of due jobs, so a lane with 100,000 rows costs one hop like any other; then
// takes a few of each open lane, as far as its limits leave room here. Of a lane whose block has run out it takes one,
// as a probe, and blocks it until that has ended: the lane's row is locked, so that no other process does the same.
//
// The last step goes by an array of ids, which can only be an index scan. A join did not: this is planned while nothing
// waits, for a table without a row, and with 20,000 in it each claim then read all of them for each that it took.
// $1 worker, $2 kind of lanes, $3 wanted, $4 room in a lane without limits, $5 living workers, then what is busy here.
const claimSql = `
  WITH RECURSIVE due AS (
    (SELECT lane_id FROM jobs WHERE lease_token IS NULL AND parked_reason IS NULL AND crashes = 0
     ORDER BY lane_id LIMIT 1)
    UNION ALL
    SELECT (SELECT j.lane_id FROM jobs j
            WHERE j.lease_token IS NULL AND j.parked_reason IS NULL AND j.crashes = 0 AND j.lane_id > due.lane_id
            ORDER BY j.lane_id LIMIT 1)
    FROM due WHERE due.lane_id IS NOT NULL
  ), gates AS MATERIALIZED (
    SELECT l.id, l.rate_per_second, l.blocked_reason IS NOT NULL AS probe, LEAST(
      CASE WHEN l.max_in_flight IS NULL THEN $4 - COALESCE(b.jobs, 0)
           ELSE LEAST(${maxPerLane} - COALESCE(b.jobs, 0), CEIL(l.max_in_flight::numeric / $5) - COALESCE(b.jobs + b.places, 0)) END,
      CASE WHEN l.rate_per_second IS NOT NULL THEN COALESCE(b.tokens, 1) END) AS room
    FROM due JOIN lanes l ON l.id = due.lane_id LEFT JOIN ${busy.sql} ON b.lane_id = l.id
    WHERE l.kind = $2 AND NOT l.disabled AND NOT l.paused AND (l.blocked_until IS NULL OR l.blocked_until <= now())
  ), probing AS MATERIALIZED (
    SELECT l.id FROM lanes l
    WHERE l.id IN (SELECT g.id FROM gates g WHERE g.probe AND g.room > 0) AND l.blocked_until <= now()
      AND EXISTS (SELECT FROM jobs j WHERE j.lane_id = l.id AND j.lease_token IS NULL AND j.parked_reason IS NULL
                                       AND j.crashes = 0 AND j.run_at <= now())
    FOR NO KEY UPDATE SKIP LOCKED
  ), open AS MATERIALIZED (
    SELECT *, count(*) OVER () AS lanes FROM (
      SELECT id, rate_per_second, false AS probe, room FROM gates WHERE NOT probe AND room > 0
      UNION ALL SELECT id, NULL, true, 1 FROM probing
    ) AS either ORDER BY random()
  ), picked AS MATERIALIZED (
    SELECT job.id, open.id AS lane_id, open.probe, open.rate_per_second FROM open CROSS JOIN LATERAL (
      SELECT j.id FROM jobs j
      WHERE j.lane_id = open.id AND j.lease_token IS NULL AND j.parked_reason IS NULL AND j.crashes = 0
        AND j.run_at <= now()
      ORDER BY j.run_at, j.id LIMIT LEAST(open.room, GREATEST(${minPerLane}, CEIL($3::numeric / open.lanes)))
      FOR UPDATE SKIP LOCKED
    ) AS job
    LIMIT $3
  ), probed AS (
    UPDATE lanes SET blocked_until = now() + interval '${probeSeconds} seconds'
    FROM picked WHERE picked.probe AND lanes.id = picked.lane_id
  ), taken AS (
    UPDATE jobs SET worker_id = $1, lease_token = gen_random_uuid()
    WHERE id = ANY (ARRAY (SELECT picked.id FROM picked))
      AND EXISTS (SELECT 1 FROM workers w WHERE w.id = $1 AND w.lease_until > now())
    RETURNING id, tenant_id, lane_id, kind, payload, lease_token
  )
  SELECT taken.*, open.probe, open.rate_per_second FROM taken JOIN open ON open.id = taken.lane_id`;

// Jobs inserted under a lease in the moment their worker was reaped belong to nobody's row.
const adoptSql = `
  UPDATE jobs SET worker_id = NULL, lease_token = NULL, run_at = now()
  WHERE lease_token IS NOT NULL AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = jobs.worker_id)`;

interface JobRow {
  id: string;
  tenant_id: string;
  lane_id: string;
  kind: string;
  payload: unknown;
  lease_token: string;
  probe: boolean;
  rate_per_second: number | null;
}

/** What a claim is made for. */
export interface Claim {
  workerId: string;
  lanes: LaneKind;
  wanted: number;
  /** How many jobs of one lane without limits of its own may run here. */
  perLane: number;
  livingWorkers: number;
  busy: readonly LaneBusyness[];
}

/** A job just claimed, and the rate of its lane, which it has used. */
export interface Claimed {
  job: ClaimedJob;
  ratePerSecond: number | null;
}

/** A job and under which lease it is held. */
export type HeldJob = Pick<ClaimedJob, 'id' | 'leaseToken'>;

/** The statements of the lease queue; every one goes by the database's clock. */
@Injectable()
export class JobsRepository {
  constructor(private readonly pool: HotPool) {}

  async enqueue(db: Queryable, jobs: readonly NewJob[]): Promise<void> {
    const rows = jobs.map((job) => ({
      id: job.id,
      tenant_id: job.tenantId,
      lane_id: job.laneId,
      kind: job.kind,
      payload: job.payload === undefined ? null : JSON.stringify(job.payload),
      run_at: job.runAt ?? null,
      worker_id: job.lease?.workerId ?? null,
      lease_token: job.lease?.token ?? null,
    }));
    await db.query(enqueueSql, newJobs.values(rows));
  }

  async claim({ workerId, lanes, wanted, perLane, livingWorkers, busy: busyLanes }: Claim): Promise<Claimed[]> {
    const rows = await this.pool.named<JobRow>('jobs-claim', claimSql, [
      ...[workerId, lanes, wanted, perLane, livingWorkers],
      ...busy.values(busyLanes.map(({ laneId, ...counts }) => ({ lane_id: laneId, ...counts }))),
    ]);
    return rows.map((row) => ({
      ratePerSecond: row.rate_per_second,
      job: {
        id: row.id,
        tenantId: row.tenant_id,
        laneId: row.lane_id,
        kind: row.kind,
        payload: row.payload,
        leaseToken: row.lease_token,
        isProbe: row.probe,
      },
    }));
  }

  async adoptOrphans(): Promise<void> {
    await this.pool.query(adoptSql);
  }

  /** Everything leased to one worker. Reads the whole table, so it is for rare occasions. */
  async heldBy(workerId: string): Promise<HeldJob[]> {
    const rows = await this.pool.query<{ id: string; lease_token: string }>(
      'SELECT id, lease_token FROM jobs WHERE worker_id = $1 AND lease_token IS NOT NULL',
      [workerId],
    );
    return rows.map((row) => ({ id: row.id, leaseToken: row.lease_token }));
  }

  /** Gives back what could not be finished, due again after `delayMs`. */
  async release(jobs: readonly HeldJob[], delayMs: number): Promise<void> {
    await this.pool.named(
      'jobs-release',
      `UPDATE jobs SET worker_id = NULL, lease_token = NULL, run_at = now() + make_interval(secs => $3)
       WHERE id = ANY ($1::uuid[]) AND lease_token = ANY ($2::uuid[])`,
      [jobs.map((job) => job.id), jobs.map((job) => job.leaseToken), delayMs / 1_000],
    );
  }
}
