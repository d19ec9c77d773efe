import { Injectable } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import type { ClaimedJob } from './job.js';
import type { LaneKind } from './lanes.js';

/** So many crashes while nothing ran beside it: then the job is to blame, and waits for a person. */
export const crashesAloneUntilParked = 3;
/** Of a smallint. */
const anyCrashes = 32_767;
/** As long as a claim's probe: longer than any attempt takes. */
const probeSeconds = 45;
/** Suspects that nobody idle has taken by then are worth a pause of a busy worker. */
const overdueSeconds = 1;
/** While PostgreSQL was away nobody could extend a lease. */
const graceSeconds = 10;

// A worker whose lease ran out is dead, or stopped and does not know: its row goes, and its jobs are due at once, as
// suspects unless it was leaving. The new token of the next claim shuts out whatever it may still try to write.
const reapSql = `
  WITH dead AS (
    DELETE FROM workers
    WHERE lease_until < now() AND (pg_postmaster_start_time() < now() - interval '${graceSeconds} seconds' OR $1)
      OR $1 AND id <> $2
    RETURNING id, leaving
  ), freed AS (
    UPDATE jobs SET worker_id = NULL, lease_token = NULL, run_at = now(),
      crashes = CASE WHEN dead.leaving THEN crashes ELSE crashes + 1 END,
      alone_crashes = CASE WHEN alone AND NOT dead.leaving THEN alone_crashes + 1 ELSE alone_crashes END,
      suspect_of = CASE WHEN dead.leaving THEN suspect_of ELSE dead.id END,
      parked_reason = CASE WHEN alone AND NOT dead.leaving AND alone_crashes + 1 >= ${crashesAloneUntilParked}
                           THEN 'crash_loop' END
    FROM dead WHERE jobs.worker_id = dead.id
    RETURNING jobs.id, jobs.tenant_id, jobs.kind, jobs.crashes, jobs.parked_reason
  )
  SELECT (SELECT count(*)::int FROM dead) AS dead, (SELECT count(*)::int FROM freed WHERE crashes > 0) AS suspects,
    (SELECT jsonb_agg(jsonb_build_object('id', id, 'tenantId', tenant_id, 'kind', kind, 'crashes', crashes))
     FROM freed WHERE parked_reason IS NOT NULL) AS parked,
    (SELECT count(*)::int FROM jobs WHERE lease_token IS NULL AND parked_reason IS NULL AND crashes > 0) AS waiting,
    (SELECT count(*)::int FROM jobs WHERE parked_reason IS NOT NULL) AS given_up,
    EXISTS (SELECT FROM jobs WHERE lease_token IS NULL AND parked_reason IS NULL AND crashes > 0
              AND run_at < now() - interval '${overdueSeconds} seconds') AS overdue`;

// Who was held in one crash goes before who was held in more; events, which take milliseconds, before deliveries. A lane's
// gates hold for suspects too. $1 worker, $2 nothing else runs there, $3 only who was held in so many crashes or fewer.
const claimSql = `
  WITH picked AS MATERIALIZED (
    SELECT j.id, j.lane_id, l.kind, l.blocked_reason IS NOT NULL AS probe FROM jobs j JOIN lanes l ON l.id = j.lane_id
    WHERE j.lease_token IS NULL AND j.parked_reason IS NULL AND j.crashes BETWEEN 1 AND $3 AND j.run_at <= now()
      AND NOT l.disabled AND NOT l.paused AND (l.blocked_until IS NULL OR l.blocked_until <= now())
    ORDER BY j.crashes, l.kind DESC, j.run_at, j.id LIMIT 1
    FOR UPDATE OF j SKIP LOCKED
  ), probed AS (
    UPDATE lanes SET blocked_until = now() + interval '${probeSeconds} seconds'
    FROM picked WHERE picked.probe AND lanes.id = picked.lane_id
  )
  UPDATE jobs SET worker_id = $1, lease_token = gen_random_uuid(), alone = $2
  FROM picked WHERE jobs.id = picked.id AND EXISTS (SELECT 1 FROM workers w WHERE w.id = $1 AND w.lease_until > now())
  RETURNING jobs.id, jobs.tenant_id, jobs.lane_id, jobs.kind, jobs.payload, jobs.lease_token, jobs.crashes,
    picked.kind AS lanes, picked.probe`;

/** A job that is given up until a person lets it go. */
export interface CrashLoop {
  id: string;
  tenantId: string;
  kind: string;
  crashes: number;
}

/** What the reaper found. */
export interface Reaped {
  dead: number;
  suspects: number;
  parked: CrashLoop[];
  /** Suspects that nobody runs now, and parked jobs, as they were before. */
  waiting: number;
  given_up: number;
  /** Suspects wait, and nobody takes them. */
  overdue: boolean;
}

/** A suspect that this process holds, to be run by itself. */
export interface ClaimedSuspect {
  job: ClaimedJob;
  lanes: LaneKind;
  /** In how many crashes it was held. */
  crashes: number;
}

interface SuspectRow {
  id: string;
  tenant_id: string;
  lane_id: string;
  kind: string;
  payload: unknown;
  lease_token: string;
  crashes: number;
  lanes: LaneKind;
  probe: boolean;
}

/** The statements that tell crashes from other ends of workers, and whose fault they may have been. */
@Injectable()
export class SuspectsRepository {
  constructor(private readonly pool: HotPool) {}

  /** `onlyProcess`: there can be no other process, so every other worker's row is a dead one's. */
  async reap(workerId: string | undefined, onlyProcess = false): Promise<Reaped> {
    const [row] = await this.pool.named<Omit<Reaped, 'parked'> & { parked: CrashLoop[] | null }>('jobs-reap', reapSql, [
      onlyProcess,
      workerId ?? '00000000-0000-0000-0000-000000000000',
    ]);
    if (row === undefined) throw new Error('reaping gave no answer');
    return { ...row, parked: row.parked ?? [] };
  }

  async claim(workerId: string, alone: boolean, mostCrashes = anyCrashes): Promise<ClaimedSuspect | undefined> {
    const [row] = await this.pool.named<SuspectRow>('suspects-claim', claimSql, [workerId, alone, mostCrashes]);
    if (row === undefined) return undefined;
    const { id, tenant_id, lane_id, kind, payload, lease_token, crashes, lanes, probe } = row;
    const job = { id, tenantId: tenant_id, laneId: lane_id, kind, payload, leaseToken: lease_token, isProbe: probe };
    return { job, lanes, crashes };
  }

  async areDue(): Promise<boolean> {
    const rows = await this.pool.named(
      'suspects-due',
      `SELECT 1 FROM jobs WHERE lease_token IS NULL AND parked_reason IS NULL AND crashes > 0 AND run_at <= now() LIMIT 1`,
      [],
    );
    return rows.length > 0;
  }

  /** Before anything runs beside it: a crash from now on says nothing about this job. */
  async letCompanyIn(job: ClaimedJob): Promise<void> {
    await this.pool.query('UPDATE jobs SET alone = false WHERE id = $1 AND lease_token = $2', [job.id, job.leaseToken]);
  }

  /** The worker lives and had only lost the database: what was laid to its crash is taken back. */
  async acquit(formerWorkerId: string): Promise<void> {
    await this.pool.query(
      `UPDATE jobs SET crashes = crashes - 1, suspect_of = NULL, alone = false,
         alone_crashes = CASE WHEN alone THEN alone_crashes - 1 ELSE alone_crashes END,
         parked_reason = CASE WHEN parked_reason = 'crash_loop' AND alone THEN NULL ELSE parked_reason END
       WHERE suspect_of = $1 AND lease_token IS NULL AND crashes > 0`,
      [formerWorkerId],
    );
  }
}
