import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import { idFloor, timeOf } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DestinationRef } from '../channels/channels.service.js';
import { finishedOf, historyOf, withDisplayed, waitingOf, type DeliveryRow } from './delivery-history.sql.js';
import type { ListDeliveryHistoryQuery } from './dto/list-delivery-history.query.js';

/** Whose deliveries: of one destination, of all of a type, or everybody's. */
export type DeliveryScope = Partial<DestinationRef>;

/** Reads deliveries, those that wait and those that ended as one history: a page is a range of each, merged. */
@Injectable()
export class DeliveryHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  async list(
    tenant: Tenant,
    scope: DeliveryScope,
    query: ListDeliveryHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<DeliveryRow[]> {
    const wanted = await this.narrowest(tenant, scope);
    const where = conditionsOf(tenant, wanted, query, range);
    const newest = `ORDER BY id DESC LIMIT ${skip + limit}`;
    const parts = historyOf(query.status).map((part) => `(${scoped(wanted, where.sql, part, newest)} ${newest})`);
    const page = `SELECT * FROM (${parts.join(' UNION ALL ')}) either ${newest} OFFSET ${skip}`;
    return this.pool.query<DeliveryRow>(withDisplayed(page), where.values);
  }

  async count(tenant: Tenant, scope: DeliveryScope, query: ListDeliveryHistoryQuery): Promise<number> {
    const wanted = await this.narrowest(tenant, scope);
    const where = conditionsOf(tenant, wanted, query, wholeRangeOf(query));
    const parts = historyOf(query.status).map((part) => scoped(wanted, where.sql, part, ''));
    return cappedCount(this.pool, parts.join(' UNION ALL '), where.values);
  }

  async find(tenant: Tenant, { id: destinationId }: DestinationRef, id: string): Promise<DeliveryRow | null> {
    const where = `tenant_id = $1 AND id = $2 AND destination_id = $3`;
    const sql = withDisplayed(`${waitingOf(where)} UNION ALL ${finishedOf(where)}`);
    return (await this.pool.query<DeliveryRow>(sql, [tenant.id, id, destinationId]))[0] ?? null;
  }

  async findManyEnded(tenant: Tenant, ids: readonly string[]): Promise<DeliveryRow[]> {
    const sql = withDisplayed(finishedOf('tenant_id = $1 AND id = ANY ($2::uuid[])'));
    return this.pool.query<DeliveryRow>(sql, [tenant.id, ids]);
  }

  async idsFailedSince(tenant: Tenant, fromMs: number, eventsFromMs: number, limit: number): Promise<string[]> {
    const rows = await this.pool.query<{ id: string }>(
      `SELECT id FROM deliveries WHERE tenant_id = $1 AND id >= $2 AND finished_at >= $3 AND status = 'failed'
       ORDER BY id LIMIT $4`,
      [tenant.id, idFloor(eventsFromMs), new Date(fromMs), limit],
    );
    return rows.map(({ id }) => id);
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

  /** Where a tenant has destinations of one type alone, its deliveries are all of that type: one range holds them. */
  private async narrowest(tenant: Tenant, scope: DeliveryScope): Promise<DeliveryScope> {
    if (scope.type === undefined || scope.id !== undefined) return scope;
    const sql = 'SELECT FROM destinations WHERE tenant_id = $1 AND type <> $2 LIMIT 1';
    return (await this.pool.query(sql, [tenant.id, scope.type])).length === 0 ? {} : scope;
  }
}

/**
 * Each destination of a type for itself, then the newest of all: that is an index range of each, however many deliveries
 * others of the tenant have.
 */
function scoped(scope: DeliveryScope, where: string, part: (where: string) => string, newest: string): string {
  if (scope.type === undefined || scope.id !== undefined) return part(where);
  const own = `(${part(`${where} AND destination_id = o.id`)} ${newest})`;
  return `SELECT each.* FROM destinations o CROSS JOIN LATERAL ${own} each WHERE o.tenant_id = $1 AND o.type = '${scope.type}'`;
}

function conditionsOf(
  tenant: Tenant,
  { id }: DeliveryScope,
  { flow_id }: ListDeliveryHistoryQuery,
  range: HistoryRange,
): Conditions {
  const where = withinRange(tenant, range);
  if (id !== undefined) where.and(id, (p) => `destination_id = ${p}`);
  if (flow_id !== undefined) where.and(flow_id, (p) => `flow_id = ${p}`);
  return where;
}
