import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Asset } from '../asset.entity.js';
import type { NamedVersion } from '../asset-version.entity.js';
import { versionColumns } from '../asset-versions.repository.js';
import type { FirmwareOffer, NamedOffer } from './firmware-offer.entity.js';

/** All queries on what profiles offer. */
@Injectable()
export class FirmwareOffersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(tenant: Tenant, profileId: string, db: Queryable = this.dataSource): Promise<NamedOffer | null> {
    const [offer] = await db.query<NamedOffer>(
      `SELECT a.filename, o.pinned_version AS "pinnedVersion", o.updated_at AS "updatedAt"
       FROM firmware_offers o JOIN assets a ON a.tenant_id = o.tenant_id AND a.id = o.asset_id
       WHERE o.tenant_id = $1 AND o.profile_id = $2`,
      [tenant.id, profileId],
    );
    return offer ?? null;
  }

  async save(tx: Tx, { tenantId, profileId, assetId, pinnedVersion, updatedAt }: Row<FirmwareOffer>): Promise<void> {
    await tx.query(
      `INSERT INTO firmware_offers (tenant_id, profile_id, asset_id, pinned_version, updated_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, profile_id) DO UPDATE
       SET asset_id = excluded.asset_id, pinned_version = excluded.pinned_version, updated_at = excluded.updated_at`,
      [tenantId, profileId, assetId, pinnedVersion, updatedAt],
    );
  }

  async remove(tx: Tx, tenant: Tenant, profileId: string): Promise<void> {
    await tx.query('DELETE FROM firmware_offers WHERE tenant_id = $1 AND profile_id = $2', [tenant.id, profileId]);
  }

  /** The names of those that are there; deleted ones offer nothing. */
  async profilesOffering(tx: Tx, { tenantId, id }: Row<Asset>): Promise<string[]> {
    const rows = await tx.query<{ name: string }>(
      `SELECT p.name FROM firmware_offers o JOIN device_profiles p ON p.tenant_id = o.tenant_id AND p.id = o.profile_id
       WHERE o.tenant_id = $1 AND o.asset_id = $2 AND p.deleted_at IS NULL ORDER BY p.name`,
      [tenantId, id],
    );
    return rows.map(({ name }) => name);
  }

  async letGo(tx: Tx, { tenantId, id }: Row<Asset>): Promise<void> {
    await tx.query('DELETE FROM firmware_offers WHERE tenant_id = $1 AND asset_id = $2', [tenantId, id]);
  }

  /**
   * The image for devices of a profile, which is named by its id or its name: the pinned one, else the newest that is an
   * image. A device is answered only of its own profile.
   */
  async findImage(tenant: Tenant, profile: string, deviceId: string | null): Promise<NamedVersion | null> {
    const rows = await this.dataSource.query<NamedVersion[]>(
      `SELECT ${versionColumns}
       FROM device_profiles p
         JOIN firmware_offers o ON o.tenant_id = p.tenant_id AND o.profile_id = p.id
         JOIN assets a ON a.tenant_id = o.tenant_id AND a.id = o.asset_id AND a.deleted_at IS NULL
         JOIN asset_versions v ON v.tenant_id = a.tenant_id AND v.asset_id = a.id
       WHERE p.tenant_id = $1 AND p.deleted_at IS NULL AND (p.id::text = lower($2) OR lower(p.name) = lower($2))
         AND v.firmware IS NOT NULL AND v.version = coalesce(o.pinned_version, v.version)
         AND ($3::uuid IS NULL OR EXISTS (SELECT FROM devices d WHERE d.tenant_id = p.tenant_id AND d.id = $3
                                            AND d.profile_id = p.id AND d.deleted_at IS NULL))
       ORDER BY (p.id::text = lower($2)) DESC, v.version DESC LIMIT 1`,
      [tenant.id, profile, deviceId],
    );
    return rows[0] ?? null;
  }
}
