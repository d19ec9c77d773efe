import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceAccessToken } from './device-access-token.entity.js';

/** Whose a token is. */
export interface AccessTokenOwner {
  tenantId: string;
  deviceId: string;
}

/** All queries on device access tokens. */
@Injectable()
export class DeviceAccessTokensRepository {
  constructor(private readonly hotPool: HotPool) {}

  async find(tx: Tx, tenant: Tenant, deviceId: string): Promise<DeviceAccessToken | null> {
    return tx.manager.findOneBy(DeviceAccessToken, { tenantId: tenant.id, deviceId });
  }

  /** False where the device has one already, also one that another transaction makes now: that one is waited for. */
  async insertUnlessThere(tx: Tx, token: Row<DeviceAccessToken>): Promise<boolean> {
    const inserted = await tx.query(
      `INSERT INTO device_access_tokens (tenant_id, device_id, token_hash, token_sealed, created_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, device_id) DO NOTHING RETURNING 1`,
      [token.tenantId, token.deviceId, token.tokenHash, token.tokenSealed, token.createdAt],
    );
    return inserted.length > 0;
  }

  async replace(tx: Tx, token: Row<DeviceAccessToken>): Promise<void> {
    const { tenantId, deviceId, ...fields } = token;
    await tx.manager.update(DeviceAccessToken, { tenantId, deviceId }, fields);
  }

  /** For whoever brings a token, which says the tenant itself. A retired device has none. */
  async findOwner(tokenHash: Buffer): Promise<AccessTokenOwner | null> {
    const [row] = await this.hotPool.named<{ tenant_id: string; device_id: string }>(
      'access-token-owner',
      `SELECT t.tenant_id, t.device_id
       FROM device_access_tokens t JOIN devices d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
       WHERE t.token_hash = $1 AND d.deleted_at IS NULL`,
      [tokenHash],
    );
    return row === undefined ? null : { tenantId: row.tenant_id, deviceId: row.device_id };
  }
}
