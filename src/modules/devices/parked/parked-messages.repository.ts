import { Injectable } from '@nestjs/common';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import { countLimit } from '../../../core/http/paging/page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { EventError } from '../journal/device-event.contract.js';

/** A message whose device nobody has made yet, as it was stored. */
export interface ParkedMessage {
  id: string;
  dev_eui: string;
  event: string;
  time: Date;
  /** Packed. */
  body: Buffer;
  error: EventError | null;
}

/** What is parked under one DevEUI. */
export interface UnknownDevice {
  dev_eui: string;
  /** Counted just past what is said. */
  count: number;
  first_id: string;
  /** Newest first. */
  newest: Pick<ParkedMessage, 'id' | 'event' | 'body'>[];
  /** Somebody has made the device meanwhile, without taking over what is parked. */
  device_id: string | null;
}

/** Names are looked for in as many of the newest messages. */
const newestAtMost = 5;

/*
 * Hops from DevEUI to DevEUI over the primary key: a device that sends for weeks costs no more than one that sent once.
 * $1 tenant, $2 what the DevEUI holds.
 */
const devEuisSql = `
  WITH RECURSIVE hop AS (
    (SELECT dev_eui FROM parked_messages WHERE tenant_id = $1 ORDER BY dev_eui LIMIT 1)
    UNION ALL
    SELECT (SELECT p.dev_eui FROM parked_messages p
            WHERE p.tenant_id = $1 AND p.dev_eui > hop.dev_eui ORDER BY p.dev_eui LIMIT 1)
    FROM hop WHERE hop.dev_eui IS NOT NULL
  ) SELECT dev_eui FROM hop WHERE dev_eui IS NOT NULL AND strpos(dev_eui, $2) > 0`;

const columns = 'id, dev_eui, event, "time", body, error';

/** Reads what is parked, and throws it away; moving it is the adoption's. */
@Injectable()
export class ParkedMessagesRepository {
  constructor(private readonly pool: HotPool) {}

  async listDevEuis(tenant: Tenant, holding: string, skip: number, limit: number): Promise<string[]> {
    const rows = await this.pool.query<{ dev_eui: string }>(`${devEuisSql} LIMIT ${limit} OFFSET ${skip}`, [
      tenant.id,
      holding,
    ]);
    return rows.map((row) => row.dev_eui);
  }

  async countDevEuis(tenant: Tenant, holding: string): Promise<number> {
    return cappedCount(this.pool, devEuisSql, [tenant.id, holding]);
  }

  async describe(tenant: Tenant, devEui: string): Promise<UnknownDevice | null> {
    const values = [tenant.id, devEui];
    const newest = await this.pool.query<ParkedMessage>(
      `SELECT ${columns} FROM parked_messages WHERE tenant_id = $1 AND dev_eui = $2 ORDER BY id DESC LIMIT ${newestAtMost}`,
      values,
    );
    const [rest] = await this.pool.query<Omit<UnknownDevice, 'dev_eui' | 'newest'>>(
      `SELECT p.id AS first_id,
         (SELECT count(*)::int FROM (SELECT FROM parked_messages c WHERE c.tenant_id = $1 AND c.dev_eui = $2
            LIMIT ${countLimit + 1}) counted) AS count,
         (SELECT d.id FROM devices d WHERE d.tenant_id = $1 AND d.dev_eui = $2 AND d.deleted_at IS NULL) AS device_id
       FROM parked_messages p WHERE p.tenant_id = $1 AND p.dev_eui = $2 ORDER BY p.id LIMIT 1`,
      values,
    );
    return rest === undefined || newest.length === 0 ? null : { dev_eui: devEui, ...rest, newest };
  }

  /** Newest first. */
  async list(tenant: Tenant, devEui: string, slice: HistorySlice): Promise<ParkedMessage[]> {
    const where = withinRange(tenant, slice.range).and(devEui, (p) => `dev_eui = ${p}`);
    return this.pool.query<ParkedMessage>(
      `SELECT ${columns} FROM parked_messages WHERE ${where.sql}
       ORDER BY id DESC LIMIT ${slice.limit} OFFSET ${slice.skip}`,
      where.values,
    );
  }

  async count(tenant: Tenant, devEui: string, range: HistoryRange): Promise<number> {
    const where = withinRange(tenant, range).and(devEui, (p) => `dev_eui = ${p}`);
    return cappedCount(this.pool, `SELECT 1 FROM parked_messages WHERE ${where.sql}`, where.values);
  }

  async isParked(db: Queryable, tenant: Tenant, devEui: string): Promise<boolean> {
    const rows = await db.query('SELECT FROM parked_messages WHERE tenant_id = $1 AND dev_eui = $2 LIMIT 1', [
      tenant.id,
      devEui,
    ]);
    return rows.length > 0;
  }

  /** How many there were. */
  async remove(tx: Tx, tenant: Tenant, devEui: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `WITH gone AS (DELETE FROM parked_messages WHERE tenant_id = $1 AND dev_eui = $2 RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [tenant.id, devEui],
    );
    return row?.count ?? 0;
  }
}
