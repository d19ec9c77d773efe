import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { Asset } from './asset.entity.js';
import type { CurrentAsset } from './asset-version.entity.js';
import { versionColumns } from './asset-versions.repository.js';
import type { ListAssetsQuery } from './dto/list-assets.query.js';

const columns = `id, tenant_id AS "tenantId", filename, last_version AS "lastVersion", created_at AS "createdAt",
  updated_at AS "updatedAt", deleted_at AS "deletedAt"`;

const orders: Record<ListAssetsQuery['sort'], string> = {
  filename: 'a.filename, a.id',
  '-filename': 'a.filename DESC, a.id',
  uploaded_at: 'v.uploaded_at, v.id',
  '-uploaded_at': 'v.uploaded_at DESC, v.id DESC',
  size: 'v.size, v.id',
  '-size': 'v.size DESC, v.id DESC',
};

/** All queries on assets; those on their versions have a repository of their own. */
@Injectable()
export class AssetsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Each with its newest version. */
  async list(tenant: Tenant, query: ListAssetsQuery): Promise<{ rows: CurrentAsset[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `a.tenant_id = ${p}`).andThat('a.deleted_at IS NULL');
    if (query.q !== undefined) where.and(containing(query.q), (p) => `a.filename ILIKE ${p}`);
    if (query.firmware !== undefined) where.and(query.firmware, (p) => `(v.firmware IS NOT NULL) = ${p}`);
    if (query.project !== undefined) where.and(query.project, (p) => `v.firmware ->> 'project_name' = ${p}`);
    if (query.from !== undefined) where.and(query.from, (p) => `v.uploaded_at >= ${p}::timestamptz`);
    if (query.to !== undefined) where.and(query.to, (p) => `v.uploaded_at < ${p}::timestamptz`);
    return pageOfRows<CurrentAsset>((sql, values) => this.dataSource.query(sql, values), {
      columns: `${versionColumns}, (SELECT count(*)::int FROM asset_versions n
        WHERE n.tenant_id = a.tenant_id AND n.asset_id = a.id) AS "versionCount"`,
      from: `assets a JOIN asset_versions v
        ON v.tenant_id = a.tenant_id AND v.asset_id = a.id AND v.version = a.last_version`,
      where,
      orderBy: orders[query.sort],
      ...{ skip: query.skip, limit: query.limit },
    });
  }

  async find(tenant: Tenant, filename: string): Promise<Row<Asset> | null> {
    const rows = await this.dataSource.query<Row<Asset>[]>(
      `SELECT ${columns} FROM assets WHERE tenant_id = $1 AND filename = $2 AND deleted_at IS NULL`,
      [tenant.id, filename],
    );
    return rows[0] ?? null;
  }

  /** Also where it was deleted. */
  async wasEver(tenant: Tenant, filename: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM assets WHERE tenant_id = $1 AND filename = $2';
    return (await this.dataSource.query<unknown[]>(sql, [tenant.id, filename])).length > 0;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, filename: string): Promise<Row<Asset> | null> {
    const [asset] = await tx.query<Row<Asset>>(
      `SELECT ${columns} FROM assets WHERE tenant_id = $1 AND filename = $2 AND deleted_at IS NULL FOR UPDATE`,
      [tenant.id, filename],
    );
    return asset ?? null;
  }

  /** The asset of this name, made if there is none and taken back if it was deleted; uploads of one name come in turn. */
  async lockOrMake(tx: Tx, tenant: Tenant, { id, filename, now }: { id: string; filename: string; now: Date }) {
    const [asset] = await tx.query<Row<Asset>>(
      `INSERT INTO assets (id, tenant_id, filename, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
       ON CONFLICT (tenant_id, filename) DO UPDATE SET updated_at = excluded.updated_at RETURNING ${columns}`,
      [id, tenant.id, filename, now],
    );
    if (asset === undefined) throw new Error('an asset was neither made nor found');
    return asset;
  }

  async count(tx: Tx, { tenantId, id }: Row<Asset>, version: number): Promise<void> {
    await tx.query('UPDATE assets SET last_version = $3, deleted_at = NULL WHERE tenant_id = $1 AND id = $2', [
      tenantId,
      id,
      version,
    ]);
  }

  async remove(tx: Tx, { tenantId, id }: Row<Asset>, now: Date): Promise<void> {
    await tx.query('UPDATE assets SET deleted_at = $3, updated_at = $3 WHERE tenant_id = $1 AND id = $2', [
      tenantId,
      id,
      now,
    ]);
  }
}
