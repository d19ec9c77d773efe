import { derivedId } from '../../src/core/ids/uuid-v7.js';
import { pack } from '../../src/core/packing/packed.js';
import type { TestDatabase } from './database.js';

/** For whom deliveries wait. */
export interface BacklogOf {
  tenantId: string;
  flowId: string;
  integrationId: string;
  deviceId: string;
}

const atOnce = 10_000;

/**
 * Deliveries that wait for one integration and are due, each of a run of its own, as if nothing had been delivered for a
 * while. Answers how many there are.
 */
export async function fillBacklog(database: TestDatabase, of: BacklogOf, count: number): Promise<number> {
  const startMs = Date.now() - 3_600_000;
  for (let first = 0; first < count; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => first + index);
    const idsOf = (what: string) => numbers.map((n) => derivedId(startMs + n, what, of.integrationId, n));
    await database.query(
      `WITH given AS MATERIALIZED (
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS g (run_id, event_id, delivery_id)
       ), run AS (
         INSERT INTO flow_runs (id, tenant_id, flow_id, event_id, device_id, context_id, started_at, flow_version, pending,
                                succeeded, failed, status, trigger_source)
         SELECT run_id, $4, $5, event_id, $7, $7, now(), 1, 1, 0, 0, 'running', 'device' FROM given
       ), delivery AS (
         INSERT INTO waiting_deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, next_attempt_at, seq,
                                         input_seq, continues, node_id, payload)
         SELECT delivery_id, $4, run_id, $5, $6, now(), now(), 1, 0, false, 'n1', $8 FROM given
       )
       INSERT INTO jobs (id, tenant_id, lane_id, kind, run_at)
       SELECT delivery_id, $4, $6, 'deliver', now() - interval '1 minute' FROM given`,
      [
        ...[idsOf('run'), idsOf('event'), idsOf('delivery')],
        ...[of.tenantId, of.flowId, of.integrationId, of.deviceId],
        pack('{"n":1}'),
      ],
    );
  }
  await database.query('ANALYZE jobs, waiting_deliveries, flow_runs');
  return count;
}
