import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListFlowHistoryQuery } from './dto/list-flow-history.query.js';
import type { FlowHistoryRow } from './run-rows.js';

/*
 * A run names no label: writing one for each would cost every message. It is told by what the run does name: the
 * version that ran held a node of the label, and the device wore the label then. Contexts remember labels by name, so
 * a label that was renamed since is told by being the only one of its version.
 */
const heldSql = (tenantId: string, labelId: string) => `
  SELECT flow_id, array_agg(version) AS versions, array_agg(version) FILTER (WHERE is_alone) AS alone
  FROM (
    SELECT v.flow_id, v.version, NOT EXISTS (
      SELECT FROM jsonb_array_elements(v.nodes) AS n (node)
      WHERE node ->> 'type' = 'label' AND node #>> '{data,entityId}' <> ${labelId}::text
    ) AS is_alone
    FROM flow_versions v
    WHERE v.tenant_id = ${tenantId} AND v.nodes @> jsonb_build_array(
      jsonb_build_object('type', 'label', 'data', jsonb_build_object('entityId', ${labelId}::text)))
  ) v GROUP BY flow_id`;

const triggeredSql = (tenantId: string, labelId: string) => `
  flow_id = held.flow_id AND flow_version = ANY (held.versions) AND (
    (trigger_source = 'label' AND flow_version = ANY (held.alone))
    OR EXISTS (SELECT FROM device_contexts c
               WHERE c.tenant_id = ${tenantId} AND c.id = flow_runs.context_id
                 AND c.context -> 'labels' ? (SELECT name FROM labels WHERE tenant_id = ${tenantId} AND id = ${labelId}::uuid)))`;

/** Reads the runs that a label triggered, newest first: a range of each flow that had a node of it, merged. */
@Injectable()
export class LabelHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  async list(
    tenant: Tenant,
    labelId: string,
    query: ListFlowHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<FlowHistoryRow[]> {
    const where = conditionsOf(tenant, query, range);
    const triggered = triggeredBy(labelId, where);
    return this.pool.query<FlowHistoryRow>(
      `SELECT r.id, r.flow_id, f.name AS flow_name, r.flow_version, r.event_id, r.device_id, r.replay_of, r.status,
         r.trigger_source, r.started_at, r.finished_at, r.errors
       FROM (
         SELECT run.* FROM (${triggered.held}) held CROSS JOIN LATERAL (
           SELECT * FROM flow_runs WHERE ${triggered.sql} ORDER BY id DESC LIMIT ${skip + limit}
         ) run ORDER BY run.id DESC LIMIT ${limit} OFFSET ${skip}
       ) r LEFT JOIN flows f ON f.tenant_id = r.tenant_id AND f.id = r.flow_id
       ORDER BY r.id DESC`,
      where.values,
    );
  }

  async count(tenant: Tenant, labelId: string, query: ListFlowHistoryQuery): Promise<number> {
    const where = conditionsOf(tenant, query, wholeRangeOf(query));
    const { held, sql } = triggeredBy(labelId, where);
    const runs = `SELECT 1 FROM (${held}) held CROSS JOIN LATERAL (SELECT FROM flow_runs WHERE ${sql}) run`;
    return cappedCount(this.pool, runs, where.values);
  }
}

function conditionsOf(tenant: Tenant, { status, device_id }: ListFlowHistoryQuery, range: HistoryRange): Conditions {
  const where = withinRange(tenant, range);
  if (status !== undefined) where.and(status, (p) => `status = ${p}`);
  if (device_id !== undefined) where.and(device_id, (p) => `device_id = ${p}`);
  return where;
}

/** The tenant is the first parameter of every range; the label becomes the last. */
function triggeredBy(labelId: string, where: Conditions): { held: string; sql: string } {
  let held = '';
  where.and(labelId, (p) => {
    held = heldSql('$1', p);
    return triggeredSql('$1', p);
  });
  return { held, sql: where.sql };
}
