import { Injectable } from '@nestjs/common';
import { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import { idFloor } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListFlowHistoryQuery } from './dto/list-flow-history.query.js';
import type { FlowHistoryRow } from './run-rows.js';

/** Reads runs newest first; every page is a range of one index in the partitions of its time. */
@Injectable()
export class FlowHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  async list(
    tenant: Tenant,
    flowId: string | null,
    query: ListFlowHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<FlowHistoryRow[]> {
    const where = conditionsOf(tenant, flowId, query, range);
    return this.read(where, `ORDER BY id DESC LIMIT ${limit} OFFSET ${skip}`);
  }

  async count(tenant: Tenant, flowId: string | null, query: ListFlowHistoryQuery): Promise<number> {
    const where = conditionsOf(tenant, flowId, query, wholeRangeOf(query));
    return cappedCount(this.pool, `SELECT 1 FROM flow_runs WHERE ${where.sql}`, where.values);
  }

  async find(tenant: Tenant, flowId: string, runId: string): Promise<FlowHistoryRow | null> {
    const where = new Conditions()
      .and(tenant.id, (p) => `tenant_id = ${p}`)
      .and(runId, (p) => `id = ${p}`)
      .and(flowId, (p) => `flow_id = ${p}`);
    return (await this.read(where, 'LIMIT 1'))[0] ?? null;
  }

  async findMany(tenant: Tenant, ids: readonly string[]): Promise<FlowHistoryRow[]> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).and(ids, (p) => `id = ANY (${p}::uuid[])`);
    return this.read(where, '');
  }

  /** Those of events of the time before as well: a run ends after its event came, and its id is as old as that. */
  async idsEndedSince(tenant: Tenant, fromMs: number, eventsFromMs: number, limit: number): Promise<string[]> {
    const rows = await this.pool.query<{ id: string }>(
      `SELECT id FROM flow_runs WHERE tenant_id = $1 AND id >= $2 AND finished_at >= $3 AND status <> 'running'
       ORDER BY id LIMIT $4`,
      [tenant.id, idFloor(eventsFromMs), new Date(fromMs), limit],
    );
    return rows.map(({ id }) => id);
  }

  /** With the flow's name, also a deleted one's. */
  private read(where: Conditions, page: string): Promise<FlowHistoryRow[]> {
    return this.pool.query<FlowHistoryRow>(
      `SELECT r.id, r.flow_id, f.name AS flow_name, r.flow_version, r.event_id, r.device_id, r.replay_of, r.status,
         r.trigger_source, r.started_at, r.finished_at, r.errors
       FROM (SELECT * FROM flow_runs WHERE ${where.sql} ${page}) r
         LEFT JOIN flows f ON f.tenant_id = r.tenant_id AND f.id = r.flow_id
       ORDER BY r.id DESC`,
      where.values,
    );
  }
}

function conditionsOf(
  tenant: Tenant,
  flowId: string | null,
  { status, device_id }: ListFlowHistoryQuery,
  range: HistoryRange,
): Conditions {
  const where = withinRange(tenant, range);
  if (flowId !== null) where.and(flowId, (p) => `flow_id = ${p}`);
  if (status !== undefined) where.and(status, (p) => `status = ${p}`);
  if (device_id !== undefined) where.and(device_id, (p) => `device_id = ${p}`);
  return where;
}
