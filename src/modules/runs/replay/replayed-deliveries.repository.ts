import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tx } from '../../../core/database/tx.js';
import type { ClaimedJob } from '../../../core/queue/job.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DestinationType } from '../channels/channels.service.js';
import { movedBack } from './moved-back.sql.js';
import type { FinishedStatus, Replay } from './replay.js';

/** A finished delivery, as far as making it again needs it. */
export interface FinishedDelivery {
  id: string;
  run_id: string;
  input_seq: number;
}

/** A delivery to be made again; a payload (packed) only where its message was the envelope. */
export interface Wanted {
  id: string;
  payload: Buffer | null;
}

/** What a delivery is now, wherever it lies. */
export interface DeliveryFacts extends FinishedDelivery {
  destination_type: DestinationType;
  destination_id: string;
  status: 'waiting' | FinishedStatus;
}

const findSql = `
  SELECT found.*, o.type AS destination_type FROM (
    SELECT id, run_id, input_seq, destination_id, 'waiting' AS status FROM waiting_deliveries
    WHERE tenant_id = $1 AND id = $2
    UNION ALL
    SELECT id, run_id, input_seq, destination_id, status FROM deliveries WHERE tenant_id = $1 AND id = $2
  ) found JOIN destinations o ON o.tenant_id = $1 AND o.id = found.destination_id`;

const replayOneSql = `
  WITH wanted AS (SELECT * FROM unnest($2::uuid[], $3::bytea[]) AS w (id, payload)), ${movedBack}
  SELECT id FROM gone`;

const nextSql = `
  SELECT id, run_id, input_seq FROM deliveries
  WHERE tenant_id = $1 AND destination_id = $2 AND id > $3 AND id < $4 AND status = ANY ($5::text[]) ORDER BY id LIMIT $6`;

// The job, the replay's row and the deliveries change together: a crash leaves all of a batch done or nothing, and a
// replay that was cancelled meanwhile moves nothing more. $4 job, $5 its token, $6 the last id, $7 whether it was the end.
const replayBatchSql = `
  WITH done AS (
    DELETE FROM jobs WHERE id = $4 AND lease_token = $5 RETURNING id
  ), running AS MATERIALIZED (
    SELECT r.id FROM replays r JOIN done ON done.id = r.id WHERE r.state = 'running' FOR UPDATE OF r
  ), wanted AS (
    SELECT w.* FROM unnest($2::uuid[], $3::bytea[]) AS w (id, payload) CROSS JOIN running
  ), ${movedBack}, progress AS (
    UPDATE replays r SET position = $6, done = r.done + (SELECT count(*) FROM gone),
      skipped = r.skipped + cardinality($2::uuid[]) - (SELECT count(*) FROM gone),
      state = CASE WHEN $7::boolean THEN 'finished' ELSE r.state END, finished_at = CASE WHEN $7::boolean THEN now() END
    FROM running WHERE r.id = running.id
  ), next_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind)
    SELECT id, $1, $1, 'replay-deliveries' FROM running WHERE NOT $7::boolean
  )
  SELECT id FROM gone`;

/** Makes finished deliveries wait again. */
@Injectable()
export class ReplayedDeliveriesRepository {
  constructor(private readonly pool: HotPool) {}

  async find(tenant: Tenant, id: string): Promise<DeliveryFacts | null> {
    return (await this.pool.query<DeliveryFacts>(findSql, [tenant.id, id]))[0] ?? null;
  }

  /** Oldest first, behind the replay's position. */
  async listNext(tenant: Tenant, replay: Replay, limit: number): Promise<FinishedDelivery[]> {
    const { destinationId, position, beforeId, statuses } = replay;
    return this.pool.query<FinishedDelivery>(nextSql, [tenant.id, destinationId, position, beforeId, statuses, limit]);
  }

  /** False: it had not ended, or its message is past retention. */
  async replayOne(tx: Tx, tenant: Tenant, { id, payload }: Wanted): Promise<boolean> {
    return (await tx.query(replayOneSql, [tenant.id, [id], [payload]])).length > 0;
  }

  /** Answers how many wait again. */
  async replayBatch(job: ClaimedJob, wanted: readonly Wanted[], position: string, isLast: boolean): Promise<number> {
    const moved = await this.pool.query(replayBatchSql, [
      job.tenantId,
      wanted.map(({ id }) => id),
      wanted.map(({ payload }) => payload),
      ...[job.id, job.leaseToken, position, isLast],
    ]);
    return moved.length;
  }
}
