import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import { idFloor } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ActorKind } from '../../auth/audit/audit-entry.contract.js';
import type { ListTwinHistoryQuery } from './dto/list-twin-history.query.js';
import type { TwinDocument } from './device-twin.entity.js';
import type { TwinSide } from './twin-change.entity.js';

/** A change as it was written down, with what its device is called now. */
export interface TwinHistoryRow {
  id: string;
  deviceId: string;
  deviceName: string | null;
  side: TwinSide;
  version: number;
  change: TwinDocument;
  document: TwinDocument | null;
  actorKind: ActorKind;
  actorId: string | null;
  actorName: string | null;
}

/** Reads changes of twins newest first; every page is a range of one index in the partitions of its time. */
@Injectable()
export class TwinHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  async list(
    tenant: Tenant,
    deviceId: string,
    query: ListTwinHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<TwinHistoryRow[]> {
    const where = conditionsOf(tenant, deviceId, query, range);
    return this.pool.query<TwinHistoryRow>(
      displayed(`WHERE ${where.sql} ORDER BY id DESC LIMIT ${limit} OFFSET ${skip}`),
      where.values,
    );
  }

  async count(tenant: Tenant, deviceId: string, query: ListTwinHistoryQuery): Promise<number> {
    const where = conditionsOf(tenant, deviceId, query, wholeRangeOf(query));
    return cappedCount(this.pool, `SELECT 1 FROM twin_changes WHERE ${where.sql}`, where.values);
  }

  async findMany(tenant: Tenant, ids: readonly string[]): Promise<TwinHistoryRow[]> {
    const sql = displayed('WHERE tenant_id = $1 AND id = ANY ($2::uuid[])');
    return this.pool.named<TwinHistoryRow>('twin-history-by-id', sql, [tenant.id, ids]);
  }

  /** Oldest first. */
  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    const rows = await this.pool.query<{ id: string }>(
      'SELECT id FROM twin_changes WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT $3',
      [tenant.id, idFloor(fromMs), limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Also of a retired device: its history stays. */
  async wasRegistered(tenant: Tenant, deviceId: string): Promise<boolean> {
    const rows = await this.pool.query('SELECT FROM devices WHERE tenant_id = $1 AND id = $2', [tenant.id, deviceId]);
    return rows.length > 0;
  }
}

function displayed(which: string): string {
  return `
    SELECT c.id, c.device_id AS "deviceId", d.name AS "deviceName", c.side, c.version::int AS version, c.change, c.document,
      c.actor_kind AS "actorKind", c.actor_id AS "actorId", c.actor_name AS "actorName"
    FROM (SELECT * FROM twin_changes ${which}) c
      LEFT JOIN devices d ON d.tenant_id = c.tenant_id AND d.id = c.device_id
    ORDER BY c.id DESC`;
}

function conditionsOf(
  tenant: Tenant,
  deviceId: string,
  { side }: ListTwinHistoryQuery,
  range: HistoryRange,
): Conditions {
  const where = withinRange(tenant, range).and(deviceId, (p) => `device_id = ${p}`);
  if (side !== undefined) where.and(side, (p) => `side = ${p}`);
  return where;
}
