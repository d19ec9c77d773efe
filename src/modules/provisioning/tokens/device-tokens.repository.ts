import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import type { Row } from '../../../core/database/row.js';
import { RowsParameter } from '../../../core/database/rows-parameter.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import { DeviceToken } from './device-token.entity.js';
import type { DeviceTokenStatus } from './device-token.rules.js';

/** A token with what its device is called. */
export interface NamedDeviceToken extends Row<DeviceToken> {
  deviceName: string;
}

export interface DeviceTokenFilter {
  deviceId?: string | undefined;
  status?: DeviceTokenStatus | undefined;
  skip: number;
  limit: number;
}

const columns = `t.id, t.tenant_id AS "tenantId", t.device_id AS "deviceId", d.name AS "deviceName", t.prefix,
  t.secret_hash AS "secretHash", t.notes, t.metadata, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
  t.revoked_at AS "revokedAt", t.claimed_at AS "claimedAt", t.claimed_from AS "claimedFrom",
  t.device_metadata AS "deviceMetadata"`;

const conditionOf: Readonly<Record<DeviceTokenStatus, string>> = {
  Claimed: 't.claimed_at IS NOT NULL',
  Revoked: 't.claimed_at IS NULL AND t.revoked_at IS NOT NULL',
  Expired: 't.claimed_at IS NULL AND t.revoked_at IS NULL AND t.expires_at <= now()',
  Pending: 't.claimed_at IS NULL AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())',
};

const inserted = new RowsParameter<
  'id' | 'tenant_id' | 'device_id' | 'prefix' | 'secret_hash' | 'notes' | 'metadata' | 'created_at' | 'expires_at'
>(
  'given',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['prefix', 'text'],
    ['secret_hash', 'bytea'],
    ['notes', 'text'],
    ['metadata', 'jsonb'],
    ['created_at', 'timestamptz'],
    ['expires_at', 'timestamptz'],
  ],
  1,
);

/** All queries on one-time tokens. */
@Injectable()
export class DeviceTokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  async list(tenant: Tenant, filter: DeviceTokenFilter): Promise<{ rows: NamedDeviceToken[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `t.tenant_id = ${p}`);
    if (filter.deviceId !== undefined) where.and(filter.deviceId, (p) => `t.device_id = ${p}`);
    if (filter.status !== undefined) where.andThat(conditionOf[filter.status]);
    return pageOfRows((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'device_tokens t JOIN devices d ON d.tenant_id = t.tenant_id AND d.id = t.device_id',
      where,
      orderBy: 't.id DESC',
      skip: filter.skip,
      limit: filter.limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<NamedDeviceToken | null> {
    const [row] = await this.dataSource.query<NamedDeviceToken[]>(
      `SELECT ${columns} FROM device_tokens t JOIN devices d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
       WHERE t.tenant_id = $1 AND t.id = $2`,
      [tenant.id, id],
    );
    return row ?? null;
  }

  async insert(tx: Tx, tokens: readonly Row<DeviceToken>[]): Promise<void> {
    await tx.query(
      `INSERT INTO device_tokens (id, tenant_id, device_id, prefix, secret_hash, notes, metadata, created_at, expires_at)
       SELECT * FROM ${inserted.sql}`,
      inserted.values(
        tokens.map((token) => ({
          ...{ id: token.id, tenant_id: token.tenantId, device_id: token.deviceId, prefix: token.prefix },
          ...{ secret_hash: token.secretHash, notes: token.notes, metadata: JSON.stringify(token.metadata) },
          ...{ created_at: token.createdAt, expires_at: token.expiresAt },
        })),
      ),
    );
  }

  async lock(tx: Tx, tenant: Tenant, id: string): Promise<DeviceToken | null> {
    return tx.manager.findOne(DeviceToken, { where: { tenantId: tenant.id, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The device does not know its tenant: the token says it. */
  async lockByPrefix(tx: Tx, prefix: string): Promise<DeviceToken | null> {
    return tx.manager.findOne(DeviceToken, { where: { prefix }, lock: { mode: 'pessimistic_write' } });
  }

  /** Holds the token's keys, so that none is first used between this and the claim's end: there would be two good ones. */
  async isKeyInUse(tx: Tx, tokenId: string, deviceId: string, tenantId: string): Promise<boolean> {
    const keys = await tx.query<{ confirmed: boolean }>(
      `SELECT confirmed_at IS NOT NULL AS confirmed FROM device_keys
       WHERE tenant_id = $1 AND device_id = $2 AND claim_id = $3 ORDER BY id FOR UPDATE`,
      [tenantId, deviceId, tokenId],
    );
    return keys.some(({ confirmed }) => confirmed);
  }

  async save(tx: Tx, token: DeviceToken): Promise<void> {
    await tx.manager.save(DeviceToken, token);
  }
}
