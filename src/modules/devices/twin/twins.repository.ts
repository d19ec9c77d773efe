import { Injectable } from '@nestjs/common';
import { Reader } from '../../../core/database/reader.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { AuditActor } from '../../auth/audit/audit-entry.contract.js';
import type { TwinDocument } from './device-twin.entity.js';

/** A device's twin, also where neither side was ever said: both are then empty and of version 0. */
export interface KnownTwin {
  deviceId: string;
  deviceName: string;
  registeredAt: Date;
  target: TwinDocument;
  targetVersion: number;
  targetAt: Date | null;
  reported: TwinDocument;
  reportedVersion: number;
  reportedAt: Date | null;
}

/** A new target, as it is stored and written down. */
export interface Retarget {
  changeId: string;
  deviceId: string;
  version: number;
  target: TwinDocument;
  change: unknown;
  at: Date;
  actor: AuditActor;
}

const findSql = `
  SELECT d.id AS "deviceId", d.name AS "deviceName", d.created_at AS "registeredAt",
    COALESCE(t.target, '{}') AS target, COALESCE(t.target_version, 0)::int AS "targetVersion", t.target_at AS "targetAt",
    COALESCE(t.reported, '{}') AS reported, COALESCE(t.reported_version, 0)::int AS "reportedVersion",
    t.reported_at AS "reportedAt"
  FROM devices d LEFT JOIN device_twins t ON t.tenant_id = d.tenant_id AND t.device_id = d.id
  WHERE d.tenant_id = $1 AND d.id = $2 AND d.deleted_at IS NULL`;

/** What people read and write of twins. */
@Injectable()
export class TwinsRepository {
  constructor(private readonly reader: Reader) {}

  async find(tenant: Tenant, deviceId: string): Promise<KnownTwin | null> {
    const [twin] = await this.reader.prepared<KnownTwin>(findSql, [tenant.id, deviceId]);
    return twin ?? null;
  }

  /** Makes it where there is none. The caller holds the device; reports wait until the transaction ends. */
  async lock(tx: Tx, tenant: Tenant, deviceId: string): Promise<KnownTwin | null> {
    await tx.query('INSERT INTO device_twins (device_id, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      deviceId,
      tenant.id,
    ]);
    await tx.query('SELECT FROM device_twins WHERE device_id = $1 FOR UPDATE', [deviceId]);
    const [twin] = await tx.query<KnownTwin>(findSql, [tenant.id, deviceId]);
    return twin ?? null;
  }

  async retarget(tx: Tx, tenant: Tenant, given: Retarget): Promise<void> {
    const { changeId, deviceId, version, target, change, at, actor } = given;
    await tx.query('UPDATE device_twins SET target = $2, target_version = $3, target_at = $4 WHERE device_id = $1', [
      deviceId,
      JSON.stringify(target),
      version,
      at,
    ]);
    await tx.query(
      `INSERT INTO twin_changes (id, tenant_id, device_id, side, version, change, document, actor_kind, actor_id, actor_name)
       VALUES ($1, $2, $3, 'target', $4, $5, $6, $7, $8,
         CASE $7 WHEN 'user' THEN (SELECT username FROM users WHERE id = $8)
                 WHEN 'api_key' THEN (SELECT name FROM api_keys WHERE tenant_id = $2 AND id = $8) END)`,
      [
        ...[changeId, tenant.id, deviceId, version, JSON.stringify(change), JSON.stringify(target)],
        ...[actor.kind, actor.id],
      ],
    );
  }
}
