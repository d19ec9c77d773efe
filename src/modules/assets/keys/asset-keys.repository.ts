import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Row } from '../../../core/database/row.js';
import { violatedConstraintOf } from '../../../core/database/sql-state.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListAssetKeysQuery } from './dto/list-asset-keys.query.js';
import { AssetKey } from './asset-key.entity.js';
import { AssetKeyNameTaken } from './asset-key.errors.js';

const columns = `id, tenant_id AS "tenantId", name, enabled, bits, fingerprint, public_key AS "publicKey",
  private_key_sealed AS "privateKeySealed", created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`;
/** Each costs a verification for an upload that does not say which it was signed with. */
const usableAtMost = 20;

/** All queries on the keys of assets. */
@Injectable()
export class AssetKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListAssetKeysQuery): Promise<{ rows: Row<AssetKey>[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('deleted_at IS NULL');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `name ILIKE ${p}`);
    if (query.enabled !== undefined) where.and(query.enabled, (p) => `enabled = ${p}`);
    return pageOfRows<Row<AssetKey>>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns, from: 'asset_keys', where, orderBy: 'id DESC' },
      ...{ skip: query.skip, limit: query.limit },
    });
  }

  async find(tenant: Tenant, id: string): Promise<Row<AssetKey> | null> {
    return this.dataSource.manager.findOneBy(AssetKey, { id, tenantId: tenant.id, deletedAt: IsNull() });
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<AssetKey> | null> {
    return tx.manager.findOne(AssetKey, {
      where: { id, tenantId: tenant.id, deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** For an upload, which names its key and by it its tenant. */
  async findUsable(id: string): Promise<Row<AssetKey> | null> {
    return this.dataSource.manager.findOneBy(AssetKey, { id, enabled: true, deletedAt: IsNull() });
  }

  /** Newest first. */
  async listUsable(tenant: Tenant): Promise<Row<AssetKey>[]> {
    return this.dataSource.manager.find(AssetKey, {
      where: { tenantId: tenant.id, enabled: true, deletedAt: IsNull() },
      order: { id: 'DESC' },
      take: usableAtMost,
    });
  }

  async insert(tx: Tx, key: Row<AssetKey>): Promise<void> {
    await translated(key.name, tx.manager.insert(AssetKey, key));
  }

  async update(tx: Tx, { id, tenantId, ...fields }: Row<AssetKey>): Promise<void> {
    await translated(fields.name, tx.manager.update(AssetKey, { id, tenantId }, fields));
  }
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_asset_keys_tenant_id_name' ? new AssetKeyNameTaken(name) : error;
  }
}
