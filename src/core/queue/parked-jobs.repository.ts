import { Injectable } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import type { Tx } from '../database/tx.js';
import type { ParkedJob, ParkedReason } from './parked-job.js';

const columns = `id, tenant_id AS "tenantId", lane_id AS "laneId", kind, parked_reason AS state, run_at AS "runAt",
  crashes, alone_crashes AS "aloneCrashes"`;

/** Reads jobs that wait for a person, of all tenants, and lets them go. */
@Injectable()
export class ParkedJobsRepository {
  constructor(private readonly pool: HotPool) {}

  /** Newest subjects first, below an id. */
  list(reason: ParkedReason, beforeId: string, skip: number, limit: number): Promise<ParkedJob[]> {
    return this.pool.query<ParkedJob>(
      `SELECT ${columns} FROM jobs WHERE parked_reason = $1 AND id < $2 ORDER BY id DESC LIMIT $3 OFFSET $4`,
      [reason, beforeId, limit, skip],
    );
  }

  async count(reason: ParkedReason): Promise<number> {
    const [row] = await this.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM jobs WHERE parked_reason = $1',
      [reason],
    );
    return row?.count ?? 0;
  }

  /** Due at once and still a suspect: it runs alone, and three crashes later it is parked again. */
  async release(tx: Tx, id: string): Promise<ParkedJob | null> {
    const [row] = await tx.query<ParkedJob>(
      `UPDATE jobs SET parked_reason = NULL, run_at = now(), crashes = 1, alone_crashes = 0, alone = false
       WHERE id = $1 AND parked_reason IS NOT NULL RETURNING ${columns}`,
      [id],
    );
    return row ?? null;
  }
}
