import { Injectable } from '@nestjs/common';
import { healthOf } from '../core/queue/lane-health.js';
import { HotPool } from '../core/database/hot-pool.js';
import { idFloor } from '../core/ids/uuid-v7.js';
import type { Tenant } from '../core/tenancy/tenant.js';

/** Rows of one kind by status; a status that none has is absent. */
export type Counts = Readonly<Partial<Record<string, number>>>;

export interface DashboardCounts {
  devices: Counts;
  flows: Counts;
  functions: Counts;
  integrations: Counts;
  health: Counts;
  waiting: number;
  delivered: number;
  failed: number;
  events: number;
}

/** A day may have millions: nobody waits for them to be counted. */
export const mostCounted = 100_000;

const byStatus = (rows: string) =>
  `(SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM (${rows}) r GROUP BY status) c)`;
const upTo = (rows: string) => `(SELECT count(*)::int FROM (${rows} LIMIT ${mostCounted}) c)`;
const isEnabled = `CASE WHEN enabled THEN 'active' ELSE 'inactive' END AS status`;

/*
 * $1 tenant · $2 now · $3 the least id of today. A delivery carries the time of its event in its id; those that failed are
 * few and have an index of their own, by integration.
 */
const countsSql = `
  SELECT
    ${byStatus('SELECT status FROM device_state WHERE tenant_id = $1')} AS devices,
    ${byStatus(`SELECT ${isEnabled} FROM flows WHERE tenant_id = $1 AND deleted_at IS NULL`)} AS flows,
    ${byStatus(`SELECT CASE WHEN quarantined_until > $2 THEN 'quarantined' ELSE 'active' END AS status
                FROM functions WHERE tenant_id = $1 AND deleted_at IS NULL`)} AS functions,
    ${byStatus(`SELECT ${isEnabled} FROM integrations WHERE tenant_id = $1 AND deleted_at IS NULL`)} AS integrations,
    ${byStatus(`SELECT ${healthOf('l')} AS status
                FROM integrations i JOIN lanes l ON l.tenant_id = i.tenant_id AND l.id = i.id
                WHERE i.tenant_id = $1 AND i.deleted_at IS NULL`)} AS health,
    ${upTo('SELECT FROM waiting_deliveries WHERE tenant_id = $1')} AS waiting,
    ${upTo('SELECT FROM deliveries WHERE tenant_id = $1 AND id >= $3')} AS ended,
    ${upTo(`SELECT FROM destinations i CROSS JOIN LATERAL (
              SELECT FROM deliveries WHERE destination_id = i.id AND tenant_id = $1 AND id >= $3 AND status = 'failed'
              LIMIT ${mostCounted}
            ) f WHERE i.tenant_id = $1`)} AS failed,
    ${upTo('SELECT FROM device_events WHERE tenant_id = $1 AND id >= $3')} AS events`;

/** Counts everything in one query, along indexes. */
@Injectable()
export class DashboardRepository {
  constructor(private readonly pool: HotPool) {}

  async count(tenant: Tenant, now: Date, today: Date): Promise<DashboardCounts> {
    type Row = Omit<DashboardCounts, 'delivered'> & { ended: number };
    const values = [tenant.id, now, idFloor(today.getTime())];
    const [row] = await this.pool.query<Row>(countsSql, values);
    if (row === undefined) throw new Error('a query without a FROM answered no row');
    const { ended, ...counts } = row;
    return { ...counts, delivered: Math.max(0, ended - counts.failed) };
  }
}
