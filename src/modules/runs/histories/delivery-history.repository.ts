import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import { idFloor, timeOf } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { finishedOf, historyOf, withDisplayed, waitingOf, type DeliveryRow } from './delivery-history.sql.js';
import type { ListIntegrationHistoryQuery } from './dto/list-integration-history.query.js';

/** Reads deliveries, those that wait and those that ended as one history: a page is a range of each, merged. */
@Injectable()
export class DeliveryHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  async list(
    tenant: Tenant,
    integrationId: string | null,
    query: ListIntegrationHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<DeliveryRow[]> {
    const where = conditionsOf(tenant, integrationId, query, range);
    const newest = `ORDER BY id DESC LIMIT ${skip + limit}`;
    const parts = historyOf(query.status).map((part) => `(${part(where.sql)} ${newest})`);
    const page = `SELECT * FROM (${parts.join(' UNION ALL ')}) either ${newest} OFFSET ${skip}`;
    return this.pool.query<DeliveryRow>(withDisplayed(page), where.values);
  }

  async count(tenant: Tenant, integrationId: string | null, query: ListIntegrationHistoryQuery): Promise<number> {
    const where = conditionsOf(tenant, integrationId, query, wholeRangeOf(query));
    const parts = historyOf(query.status).map((part) => part(where.sql));
    return cappedCount(this.pool, parts.join(' UNION ALL '), where.values);
  }

  async find(tenant: Tenant, integrationId: string, id: string): Promise<DeliveryRow | null> {
    const where = 'tenant_id = $1 AND id = $2 AND integration_id = $3';
    const sql = withDisplayed(`${waitingOf(where)} UNION ALL ${finishedOf(where)}`);
    return (await this.pool.query<DeliveryRow>(sql, [tenant.id, id, integrationId]))[0] ?? null;
  }

  /** No index leads from a run to its finished deliveries: their ids lie in the millisecond of the run's. */
  async listOfRun(tenant: Tenant, runId: string): Promise<DeliveryRow[]> {
    const sql = withDisplayed(
      `${waitingOf('tenant_id = $1 AND run_id = $2')}
       UNION ALL ${finishedOf('tenant_id = $1 AND run_id = $2 AND id >= $3 AND id < $4')}`,
    );
    const ms = timeOf(runId);
    return this.pool.query<DeliveryRow>(sql, [tenant.id, runId, idFloor(ms), idFloor(ms + 1)]);
  }
}

function conditionsOf(
  tenant: Tenant,
  integrationId: string | null,
  { flow_id }: ListIntegrationHistoryQuery,
  range: HistoryRange,
): Conditions {
  const where = withinRange(tenant, range);
  if (integrationId !== null) where.and(integrationId, (p) => `integration_id = ${p}`);
  if (flow_id !== undefined) where.and(flow_id, (p) => `flow_id = ${p}`);
  return where;
}
