import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../../core/database/conditions.js';
import { cappedCount, inSameDays, withinRange } from '../../../../core/database/history-rows.js';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../../core/http/paging/read-history.js';
import { idFloor } from '../../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import type { EventError } from '../device-event.contract.js';
import type { ListDeviceHistoryQuery } from './list-device-history.query.js';

/** An event as it was stored, with what its device is called now and what a codec made of it. */
export interface DeviceHistoryRow {
  id: string;
  device_id: string;
  device_name: string | null;
  dev_eui: string | null;
  event: string;
  time: Date;
  /** Packed. */
  body: Buffer;
  error: EventError | null;
  /** Null: no codec was asked. */
  decoding: { decoded: Record<string, unknown> | null; warnings: string[] | null; error: EventError | null } | null;
}

/** Reads events newest first; every page is a range of one index in the partitions of its time. */
@Injectable()
export class DeviceHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  /** A retired device still gives its name. */
  async list(
    tenant: Tenant,
    deviceId: string | null,
    query: ListDeviceHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<DeviceHistoryRow[]> {
    const where = conditionsOf(tenant, deviceId, query.event, range);
    return this.pool.query<DeviceHistoryRow>(
      displayed(`WHERE ${where.sql} ORDER BY id DESC LIMIT ${limit} OFFSET ${skip}`, inSameDays('v.event_id')),
      where.values,
    );
  }

  async findMany(tenant: Tenant, ids: readonly string[]): Promise<DeviceHistoryRow[]> {
    const sql = displayed('WHERE tenant_id = $1 AND id = ANY ($2::uuid[])');
    return this.pool.named<DeviceHistoryRow>('device-history-by-id', sql, [tenant.id, ids]);
  }

  /** Oldest first. */
  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    const rows = await this.pool.query<{ id: string }>(
      'SELECT id FROM device_events WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT $3',
      [tenant.id, idFloor(fromMs), limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Counted from the newest on, whatever the cursor, and only just past what is said. */
  async count(tenant: Tenant, deviceId: string | null, query: ListDeviceHistoryQuery): Promise<number> {
    const where = conditionsOf(tenant, deviceId, query.event, wholeRangeOf(query));
    return cappedCount(this.pool, `SELECT 1 FROM device_events WHERE ${where.sql}`, where.values);
  }

  /** Also a retired one: its history stays. */
  async wasRegistered(tenant: Tenant, deviceId: string): Promise<boolean> {
    const rows = await this.pool.query('SELECT FROM devices WHERE tenant_id = $1 AND id = $2', [tenant.id, deviceId]);
    return rows.length > 0;
  }
}

function displayed(which: string, decodedIn = 'true'): string {
  return `
    SELECT e.id, e.device_id, d.name AS device_name, d.dev_eui, e.event, e."time", e.body, e.error,
      (SELECT jsonb_build_object('decoded', v.decoded, 'warnings', v.warnings, 'error', v.error)
       FROM decoded_values v WHERE v.tenant_id = e.tenant_id AND v.event_id = e.id AND ${decodedIn}) AS decoding
    FROM (SELECT * FROM device_events ${which}) e
      LEFT JOIN devices d ON d.tenant_id = e.tenant_id AND d.id = e.device_id
    ORDER BY e.id DESC`;
}

function conditionsOf(
  tenant: Tenant,
  deviceId: string | null,
  event: string | undefined,
  range: HistoryRange,
): Conditions {
  const where = withinRange(tenant, range);
  if (deviceId !== null) where.and(deviceId, (p) => `device_id = ${p}`);
  if (event !== undefined) where.and(event, (p) => `event = ${p}`);
  return where;
}
