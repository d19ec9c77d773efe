import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Row } from '../../../core/database/row.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListProvisioningKeysQuery } from './dto/list-provisioning-keys.query.js';
import { ProvisioningKey, type KnownProvisioningKey } from './provisioning-key.entity.js';
import type { ProvisioningKeyStatus } from './provisioning-key.rules.js';

const labelIds = `ARRAY(SELECT w.label_id FROM provisioning_key_labels w
    JOIN labels l ON l.tenant_id = w.tenant_id AND l.id = w.label_id AND l.deleted_at IS NULL
  WHERE w.tenant_id = k.tenant_id AND w.provisioning_key_id = k.id ORDER BY w.label_id)`;
// What was deleted since is not given to devices any more.
const columns = `k.id, k.tenant_id AS "tenantId", k.name, k.prefix, k.secret_hash AS "secretHash", k.enabled,
  k.reregistration, k.max_devices AS "maxDevices", k.devices_used AS "devicesUsed", f.id AS "profileId",
  p.id AS "placeId", k.placement, k.version, k.created_at AS "createdAt", k.updated_at AS "updatedAt",
  k.expires_at AS "expiresAt", k.last_used_at AS "lastUsedAt", k.revoked_at AS "revokedAt", ${labelIds} AS "labelIds"`;
const from = `provisioning_keys k
  LEFT JOIN device_profiles f ON f.tenant_id = k.tenant_id AND f.id = k.profile_id AND f.deleted_at IS NULL
  LEFT JOIN places p ON p.tenant_id = k.tenant_id AND p.id = k.place_id AND p.deleted_at IS NULL`;

const isAhead = '(k.expires_at IS NULL OR k.expires_at > now())';
const isFull = 'k.devices_used >= k.max_devices';
const conditionOf: Readonly<Record<ProvisioningKeyStatus, string>> = {
  disabled: 'NOT k.enabled',
  expired: 'k.enabled AND k.expires_at <= now()',
  exhausted: `k.enabled AND ${isAhead} AND ${isFull}`,
  active: `k.enabled AND ${isAhead} AND (k.max_devices IS NULL OR NOT ${isFull})`,
};

/** All queries on provisioning keys and on the labels that they give; revoked ones are gone for everybody. */
@Injectable()
export class ProvisioningKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  async list(
    tenant: Tenant,
    query: ListProvisioningKeysQuery,
  ): Promise<{ rows: KnownProvisioningKey[]; total: number }> {
    const where = known(tenant);
    if (query.name !== undefined) where.and(containing(query.name), (p) => `k.name ILIKE ${p}`);
    if (query.status !== undefined) where.andThat(conditionOf[query.status]);
    if (query.profile_id !== undefined) where.and(query.profile_id, (p) => `k.profile_id = ${p}`);
    if (query.place_id !== undefined) where.and(query.place_id, (p) => `k.place_id = ${p}`);
    if (query.label_id !== undefined) {
      const gives = (p: string) => `EXISTS (SELECT FROM provisioning_key_labels w
        WHERE w.tenant_id = k.tenant_id AND w.provisioning_key_id = k.id AND w.label_id = ${p})`;
      where.and(query.label_id, gives);
    }
    return pageOfRows<KnownProvisioningKey>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from,
      countFrom: 'provisioning_keys k',
      where,
      orderBy: 'k.id DESC',
      skip: query.skip,
      limit: query.limit,
    });
  }

  async find(tenant: Tenant, id: string, db: Queryable = this.dataSource): Promise<KnownProvisioningKey | null> {
    const where = known(tenant).and(id, (p) => `k.id = ${p}`);
    const [key] = await db.query<KnownProvisioningKey>(
      `SELECT ${columns} FROM ${from} WHERE ${where.sql}`,
      where.values,
    );
    return key ?? null;
  }

  /** For the authenticator, which does not know the tenant yet: the key says it. */
  async findByPrefix(prefix: string): Promise<Row<ProvisioningKey> | null> {
    return this.dataSource.manager.findOneBy(ProvisioningKey, { prefix, revokedAt: IsNull() });
  }

  /** Nobody else changes it, and no device counts on it, until the transaction ends. */
  async lock(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT FROM provisioning_keys WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL FOR NO KEY UPDATE',
      [tenant.id, id],
    );
    return rows.length === 1;
  }

  async insert(tx: Tx, key: Row<ProvisioningKey>): Promise<void> {
    await tx.manager.insert(ProvisioningKey, key);
  }

  async update(tx: Tx, tenant: Tenant, id: string, changes: Partial<Row<ProvisioningKey>>): Promise<void> {
    await tx.manager.update(ProvisioningKey, { tenantId: tenant.id, id }, changes);
  }

  async replaceLabels(tx: Tx, tenant: Tenant, id: string, given: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM provisioning_key_labels WHERE tenant_id = $1 AND provisioning_key_id = $2', [
      tenant.id,
      id,
    ]);
    await tx.query(
      `INSERT INTO provisioning_key_labels (tenant_id, provisioning_key_id, label_id)
       SELECT $1, $2, label_id FROM unnest($3::uuid[]) AS given (label_id) ON CONFLICT DO NOTHING`,
      [tenant.id, id, given],
    );
  }

  /**
   * One more device, or only one more use: false where the key has been revoked, disabled or has expired since it was
   * looked at, or where as many devices have registered as may. The row is held to the end of the transaction, so the count
   * is exact however many register at once; hence it comes last in theirs.
   */
  async count(tx: Tx, tenant: Tenant, id: string, devices: 0 | 1, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE provisioning_keys SET devices_used = devices_used + $3, last_used_at = GREATEST(last_used_at, $4)
       WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND enabled AND (expires_at IS NULL OR expires_at > $4)
         AND ($3 = 0 OR max_devices IS NULL OR devices_used + $3 <= max_devices)
       RETURNING id`,
      [tenant.id, id, devices, now],
    );
    return rows.length === 1;
  }
}

function known(tenant: Tenant): Conditions {
  return new Conditions().and(tenant.id, (p) => `k.tenant_id = ${p}`).andThat('k.revoked_at IS NULL');
}
