import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { FlowHistoryRow, RanStep, RunTrigger } from './run-rows.js';

const stepsSql = `
  SELECT s.seq, s.input_seq, s.node_id, s.type, s.entity_id, f.name, s.status, s.started_at, s.duration_us, s.output,
    s.logs, s.error
  FROM flow_steps s LEFT JOIN functions f ON f.tenant_id = s.tenant_id AND f.id = s.entity_id
  WHERE s.tenant_id = $1 AND s.run_id = $2`;

const triggersSql = `
  SELECT t.node_id, t.type, t.entity_id, COALESCE(d.name, l.name) AS name
  FROM (
    SELECT node ->> 'id' AS node_id, node ->> 'type' AS type, (node #>> '{data,entityId}')::uuid AS entity_id, place
    FROM flow_versions v CROSS JOIN LATERAL jsonb_array_elements(v.nodes) WITH ORDINALITY AS n (node, place)
    WHERE v.tenant_id = $1 AND v.flow_id = $2 AND v.version = $3 AND node ->> 'type' IN ('device', 'label')
      AND EXISTS (SELECT FROM jsonb_array_elements(v.edges) AS e (edge)
                  WHERE edge ->> 'source' = node ->> 'id' AND edge ->> 'target' = ANY ($4::text[]))
  ) t
    LEFT JOIN devices d ON d.tenant_id = $1 AND d.id = t.entity_id
    LEFT JOIN labels l ON l.tenant_id = $1 AND l.id = t.entity_id
  ORDER BY t.place`;

/** Reads what happened inside one run, apart from its deliveries. */
@Injectable()
export class RunStepsRepository {
  constructor(private readonly pool: HotPool) {}

  async list(tenant: Tenant, runId: string): Promise<RanStep[]> {
    return this.pool.named<RanStep>('run-steps', stepsSql, [tenant.id, runId]);
  }

  /** The triggers with an edge to one of these nodes. */
  async triggersOf(tenant: Tenant, run: FlowHistoryRow, nodeIds: readonly string[]): Promise<RunTrigger[]> {
    return this.pool.named<RunTrigger>('run-triggers', triggersSql, [
      tenant.id,
      run.flow_id,
      run.flow_version,
      nodeIds,
    ]);
  }
}
