import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { Asset } from './asset.entity.js';
import type { AssetVersion, NamedVersion } from './asset-version.entity.js';

/** Of a version `v` with its asset `a`. */
export const versionColumns = `v.id, v.tenant_id AS "tenantId", v.asset_id AS "assetId", v.version, v.size, v.sha256, v.firmware,
  v.uploaded_at AS "uploadedAt", v.signed_at AS "signedAt", v.signed_what AS "signedWhat", v.signature,
  v.key_fingerprint AS "keyFingerprint", a.filename`;
const from = 'assets a JOIN asset_versions v ON v.tenant_id = a.tenant_id AND v.asset_id = a.id';

/** All queries on the versions of assets. */
@Injectable()
export class AssetVersionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  async list(
    tenant: Tenant,
    assetId: string,
    page: { skip: number; limit: number },
  ): Promise<{ rows: NamedVersion[]; total: number }> {
    const where = new Conditions()
      .and(tenant.id, (p) => `a.tenant_id = ${p}`)
      .and(assetId, (p) => `a.id = ${p}`)
      .andThat('a.deleted_at IS NULL');
    return pageOfRows<NamedVersion>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns: versionColumns, from, where, orderBy: 'v.version DESC' },
      ...{ skip: page.skip, limit: page.limit },
    });
  }

  /** The newest, unless a version is named. */
  async find(tenant: Tenant, filename: string, version?: number): Promise<NamedVersion | null> {
    const rows = await this.dataSource.query<NamedVersion[]>(
      `SELECT ${versionColumns} FROM ${from}
       WHERE a.tenant_id = $1 AND a.filename = $2 AND a.deleted_at IS NULL AND v.version = coalesce($3, a.last_version)`,
      [tenant.id, filename, version ?? null],
    );
    return rows[0] ?? null;
  }

  async insert(tx: Tx, version: Row<AssetVersion>): Promise<void> {
    await tx.query(
      `INSERT INTO asset_versions (id, tenant_id, asset_id, version, size, sha256, firmware, uploaded_at, signed_at,
                                   signed_what, signature, key_fingerprint)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[version.id, version.tenantId, version.assetId, version.version, version.size, version.sha256],
        ...[version.firmware === null ? null : JSON.stringify(version.firmware), version.uploadedAt],
        ...[version.signedAt, version.signedWhat, version.signature, version.keyFingerprint],
      ],
    );
  }

  /** Forgets versions but the newest `keep` and those that a profile is held to; answers their ids. */
  async forgetOld(tx: Tx, { tenantId, id }: Row<Asset>, keep: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `DELETE FROM asset_versions v WHERE v.tenant_id = $1 AND v.asset_id = $2
         AND v.version NOT IN (SELECT version FROM asset_versions
                               WHERE tenant_id = $1 AND asset_id = $2 ORDER BY version DESC LIMIT $3)
         AND NOT EXISTS (SELECT FROM firmware_offers o
                         WHERE o.tenant_id = $1 AND o.asset_id = $2 AND o.pinned_version = v.version)
       RETURNING v.id`,
      [tenantId, id, keep],
    );
    return rows.map((row) => row.id);
  }

  async forgetAll(tx: Tx, { tenantId, id }: Row<Asset>): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'DELETE FROM asset_versions WHERE tenant_id = $1 AND asset_id = $2 RETURNING id',
      [tenantId, id],
    );
    return rows.map((row) => row.id);
  }

  /** Those of the ids that are versions of the tenant. */
  async known(tenant: Tenant, ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT id FROM asset_versions WHERE tenant_id = $1 AND id = ANY ($2::uuid[])',
      [tenant.id, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
