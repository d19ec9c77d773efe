import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Row } from '../../../core/database/row.js';
import { violatedConstraintOf } from '../../../core/database/sql-state.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceKey, type DeviceKeyOrigin } from './device-key.entity.js';
import { DeviceKeyRefused } from './device-key.errors.js';

/** What the authenticator needs of a key. */
export interface DeviceKeyAccess {
  id: string;
  tenantId: string;
  deviceId: string;
  origin: DeviceKeyOrigin;
  secretHash: Buffer;
  expiresAtMs: number | null;
  isConfirmed: boolean;
}

interface AccessRow {
  id: string;
  tenant_id: string;
  device_id: string;
  origin: DeviceKeyOrigin;
  secret_hash: Buffer;
  expires_at: Date | null;
  confirmed_at: Date | null;
}

/** All queries on device keys. */
@Injectable()
export class DeviceKeysRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hotPool: HotPool,
  ) {}

  /** Newest first; those that ended are among them. */
  async list(tenant: Tenant, deviceId: string, skip: number, limit: number): Promise<[DeviceKey[], number]> {
    return this.dataSource.manager.findAndCount(DeviceKey, {
      where: { tenantId: tenant.id, deviceId },
      order: { id: 'DESC' },
      skip,
      take: limit,
    });
  }

  async insert(tx: Tx, key: Row<DeviceKey>): Promise<void> {
    try {
      await tx.manager.insert(DeviceKey, key);
    } catch (error) {
      if (violatedConstraintOf(error) === 'UQ_device_keys_prefix') throw new DeviceKeyRefused('it is known already');
      throw error;
    }
  }

  /** What was the key of a device that is retired may be that of another one: the device itself brings it again. */
  async forgetRetired(tx: Tx, tenant: Tenant, prefix: string): Promise<void> {
    await tx.query(
      `DELETE FROM device_keys k USING devices d
       WHERE k.prefix = $2 AND k.tenant_id = $1 AND k.revoked_at IS NULL
         AND d.tenant_id = k.tenant_id AND d.id = k.device_id AND d.deleted_at IS NOT NULL`,
      [tenant.id, prefix],
    );
  }

  /** The keys of a device that are still good, oldest first, held until the transaction ends. */
  async lockLive(tx: Tx, tenant: Tenant, deviceId: string): Promise<DeviceKey[]> {
    return tx.manager
      .createQueryBuilder(DeviceKey, 'k')
      .where('k.tenant_id = :tenantId AND k.device_id = :deviceId AND k.revoked_at IS NULL', {
        tenantId: tenant.id,
        deviceId,
      })
      .orderBy('k.id')
      .setLock('pessimistic_write')
      .getMany();
  }

  async revoke(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
    await tx.query('UPDATE device_keys SET revoked_at = $2 WHERE id = ANY ($1)', [ids, now]);
  }

  /** Those of the keys that would go on for longer end then. */
  async endAt(tx: Tx, ids: readonly string[], endsAt: Date): Promise<void> {
    await tx.query('UPDATE device_keys SET expires_at = LEAST(COALESCE(expires_at, $2), $2) WHERE id = ANY ($1)', [
      ids,
      endsAt,
    ]);
  }

  async confirm(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE device_keys SET confirmed_at = $2, last_used_at = $2 WHERE id = $1', [id, now]);
  }

  /** One statement for all that were used since the last one. */
  async used(lastUsed: ReadonlyMap<string, Date>): Promise<void> {
    await this.hotPool.query(
      `UPDATE device_keys k SET last_used_at = GREATEST(k.last_used_at, u.at)
       FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) WHERE k.id = u.id`,
      [[...lastUsed.keys()], [...lastUsed.values()]],
    );
  }

  /** For the authenticator, which does not know the tenant yet: the key says it. A retired device has no keys. */
  async findAccess(prefix: string): Promise<DeviceKeyAccess | null> {
    const [row] = await this.hotPool.named<AccessRow>(
      'device-key-access',
      `SELECT k.id, k.tenant_id, k.device_id, k.origin, k.secret_hash, k.expires_at, k.confirmed_at
       FROM device_keys k JOIN devices d ON d.tenant_id = k.tenant_id AND d.id = k.device_id
       WHERE k.prefix = $1 AND k.revoked_at IS NULL AND d.deleted_at IS NULL`,
      [prefix],
    );
    if (row === undefined) return null;
    return {
      id: row.id,
      tenantId: row.tenant_id,
      deviceId: row.device_id,
      origin: row.origin,
      secretHash: row.secret_hash,
      expiresAtMs: row.expires_at?.getTime() ?? null,
      isConfirmed: row.confirmed_at !== null,
    };
  }
}
