import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Row } from '../../../core/database/row.js';
import { violatedConstraintOf } from '../../../core/database/sql-state.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceProfile, type KnownDeviceProfile } from './device-profile.entity.js';
import { DeviceProfileNameTaken } from './device-profile.errors.js';
import type { ListDeviceProfilesQuery } from './dto/list-device-profiles.query.js';

const columns = `p.id, p.tenant_id AS "tenantId", p.name, p.description, p.expected_interval AS "expectedInterval",
  p.codec_function_id AS "codecFunctionId", p.codec, p.config_schema AS "configSchema", p.measurements,
  p.default_place_id AS "defaultPlaceId", p.default_metadata AS "defaultMetadata", p.version,
  p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.deleted_at AS "deletedAt",
  ARRAY(SELECT w.label_id FROM device_profile_labels w
          JOIN labels l ON l.tenant_id = w.tenant_id AND l.id = w.label_id AND l.deleted_at IS NULL
        WHERE w.tenant_id = p.tenant_id AND w.profile_id = p.id ORDER BY w.label_id) AS "defaultLabelIds"`;
const deviceCount = `(SELECT count(*)::int FROM devices d
  WHERE d.tenant_id = p.tenant_id AND d.profile_id = p.id AND d.deleted_at IS NULL) AS "deviceCount"`;

const orders: Record<ListDeviceProfilesQuery['sort'], string> = {
  name: 'p.name, p.id',
  '-name': 'p.name DESC, p.id',
  created_at: 'p.created_at, p.id',
  '-created_at': 'p.created_at DESC, p.id DESC',
};

/** All queries on device profiles and on the labels that their new devices wear. */
@Injectable()
export class DeviceProfilesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListDeviceProfilesQuery): Promise<{ rows: KnownDeviceProfile[]; total: number }> {
    const where = known(tenant);
    if (query.name !== undefined) where.and(containing(query.name), (p) => `p.name ILIKE ${p}`);
    if (query.codec_function_id !== undefined) {
      where.and(query.codec_function_id, (p) => `p.codec_function_id = ${p}`);
    }
    const { skip, limit, sort } = query;
    return pageOfRows<KnownDeviceProfile>((sql, values) => this.dataSource.query(sql, values), {
      columns: `${columns}, ${deviceCount}`,
      from: 'device_profiles p',
      where,
      orderBy: orders[sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<KnownDeviceProfile | null> {
    const where = known(tenant).and(id, (p) => `p.id = ${p}`);
    const sql = `SELECT ${columns}, ${deviceCount} FROM device_profiles p WHERE ${where.sql}`;
    const [profile] = await this.dataSource.query<KnownDeviceProfile[]>(sql, where.values);
    return profile ?? null;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<DeviceProfile> | null> {
    const where = { id, tenantId: tenant.id, deletedAt: IsNull() };
    return tx.manager.findOne(DeviceProfile, { where, lock: { mode: 'pessimistic_write' } });
  }

  /** Locked against change and deletion until the transaction ends; in id order. */
  async findForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<KnownDeviceProfile[]> {
    const where = known(tenant).and(ids, (p) => `p.id = ANY(${p}::uuid[])`);
    return tx.query(
      `SELECT ${columns}, 0 AS "deviceCount" FROM device_profiles p WHERE ${where.sql} ORDER BY p.id FOR SHARE OF p`,
      where.values,
    );
  }

  async findIdNamed(tx: Tx, tenant: Tenant, name: string): Promise<string | null> {
    const [profile] = await tx.query<{ id: string }>(
      'SELECT id FROM device_profiles WHERE tenant_id = $1 AND lower(name) = lower($2) AND deleted_at IS NULL FOR SHARE',
      [tenant.id, name],
    );
    return profile?.id ?? null;
  }

  async listByCodec(db: Queryable, tenant: Tenant, functionId: string): Promise<{ id: string; name: string }[]> {
    return db.query(
      `SELECT id, name FROM device_profiles
       WHERE tenant_id = $1 AND codec_function_id = $2 AND deleted_at IS NULL ORDER BY name, id`,
      [tenant.id, functionId],
    );
  }

  async lockByCodec(tx: Tx, tenant: Tenant, functionId: string): Promise<void> {
    await tx.query(
      'SELECT FROM device_profiles WHERE tenant_id = $1 AND codec_function_id = $2 ORDER BY id FOR UPDATE',
      [tenant.id, functionId],
    );
  }

  /** The ids of those that were decoded by it. */
  async clearCodec(tx: Tx, tenant: Tenant, functionId: string, at: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE device_profiles SET codec_function_id = NULL, version = version + 1, updated_at = $3
       WHERE tenant_id = $1 AND codec_function_id = $2 RETURNING id`,
      [tenant.id, functionId, at],
    );
    return rows.map((row) => row.id);
  }

  async labelIdsOf(tx: Tx, tenant: Tenant, id: string): Promise<string[]> {
    const rows = await tx.query<{ label_id: string }>(
      'SELECT label_id FROM device_profile_labels WHERE tenant_id = $1 AND profile_id = $2 ORDER BY label_id',
      [tenant.id, id],
    );
    return rows.map((row) => row.label_id);
  }

  async replaceLabels(tx: Tx, tenant: Tenant, id: string, labelIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM device_profile_labels WHERE tenant_id = $1 AND profile_id = $2', [tenant.id, id]);
    await tx.query(
      `INSERT INTO device_profile_labels (tenant_id, profile_id, label_id)
       SELECT $1, $2, label_id FROM unnest($3::uuid[]) AS given (label_id) ON CONFLICT DO NOTHING`,
      [tenant.id, id, labelIds],
    );
  }

  async insert(tx: Tx, profile: Row<DeviceProfile>): Promise<void> {
    await translated(profile.name, tx.manager.insert(DeviceProfile, profile));
  }

  async update(tx: Tx, profile: Row<DeviceProfile>): Promise<void> {
    const { id, tenantId, ...fields } = profile;
    await translated(profile.name, tx.manager.update(DeviceProfile, { id, tenantId }, fields));
  }
}

function known(tenant: Tenant): Conditions {
  return new Conditions().and(tenant.id, (p) => `p.tenant_id = ${p}`).andThat('p.deleted_at IS NULL');
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_device_profiles_tenant_id_name'
      ? new DeviceProfileNameTaken(name)
      : error;
  }
}
