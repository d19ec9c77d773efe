import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { ClaimedJob } from '../../../core/queue/job.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DeviceStatus } from '../device-state.entity.js';

/*
 * Moves the oldest parked messages under their own ids: what was answered when they came stays true, and who comes twice
 * is still recognised by its key. Rows that another adoption has in its hands are left to it.
 */
const moveSql = `
  WITH oldest AS MATERIALIZED (
    SELECT tenant_id, dev_eui, id FROM parked_messages WHERE tenant_id = $1 AND dev_eui = $2
    ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED
  ), taken AS (
    DELETE FROM parked_messages p USING oldest o
    WHERE p.tenant_id = o.tenant_id AND p.dev_eui = o.dev_eui AND p.id = o.id
    RETURNING p.id, p."time", p.f_cnt, p.f_port, p.source, p.event, p.body, p.error
  ), stored AS (
    INSERT INTO device_events (id, tenant_id, device_id, "time", f_cnt, f_port, source, event, body, error)
    SELECT id, $1, $3, "time", f_cnt, f_port, source, event, body, error FROM taken
  ), queued AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind)
    SELECT id, $1, $1, 'process-event' FROM taken ORDER BY id
  ) SELECT id FROM taken ORDER BY id`;

/** What a device's messages say of it, locked. */
export interface LockedState {
  status: DeviceStatus;
}

/** All queries that make a device's events of what was parked. */
@Injectable()
export class AdoptionRepository {
  /** The ids of those that were moved, oldest first. */
  async move(tx: Tx, tenant: Tenant, devEui: string, deviceId: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(moveSql, [tenant.id, devEui, deviceId, limit]);
    return rows.map((row) => row.id);
  }

  /** The device that has the DevEUI, kept from being retired until the transaction ends. */
  async findDevice(tx: Tx, tenant: Tenant, devEui: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT id FROM devices WHERE tenant_id = $1 AND dev_eui = $2 AND deleted_at IS NULL FOR SHARE`,
      [tenant.id, devEui],
    );
    return row?.id ?? null;
  }

  async lockState(tx: Tx, deviceId: string): Promise<LockedState | null> {
    const [row] = await tx.query<LockedState>('SELECT status FROM device_state WHERE device_id = $1 FOR UPDATE', [
      deviceId,
    ]);
    return row ?? null;
  }

  /** As a message does that comes in: who was silent is online, and the sweeper reckons anew. */
  async seen(tx: Tx, deviceId: string, status: DeviceStatus, at: Date): Promise<void> {
    await tx.query(
      `UPDATE device_state SET last_seen_at = GREATEST(last_seen_at, $3::timestamptz), status = $2,
         check_at = CASE WHEN status = $2 THEN check_at ELSE $3 END
       WHERE device_id = $1`,
      [deviceId, status, at],
    );
  }

  /** False: the lease was lost, and somebody else has the job. */
  async holds(tx: Tx, job: ClaimedJob): Promise<boolean> {
    const rows = await tx.query('SELECT FROM jobs WHERE id = $1 AND lease_token = $2 FOR UPDATE', [
      job.id,
      job.leaseToken,
    ]);
    return rows.length > 0;
  }

  async end(tx: Tx, job: ClaimedJob): Promise<void> {
    await tx.query('DELETE FROM jobs WHERE id = $1 AND lease_token = $2', [job.id, job.leaseToken]);
  }
}
