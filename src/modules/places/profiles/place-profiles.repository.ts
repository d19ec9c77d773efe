import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Row } from '../../../core/database/row.js';
import { violatedConstraintOf } from '../../../core/database/sql-state.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListPlaceProfilesQuery } from './dto/list-place-profiles.query.js';
import { PlaceProfile, type CountedPlaceProfile } from './place-profile.entity.js';
import { PlaceProfileNameTaken } from './place-profile.errors.js';

const columns = `id, tenant_id AS "tenantId", name, description, version, created_at AS "createdAt",
  updated_at AS "updatedAt", deleted_at AS "deletedAt",
  (SELECT count(*)::int FROM places p WHERE p.tenant_id = place_profiles.tenant_id
     AND p.profile_id = place_profiles.id AND p.deleted_at IS NULL) AS "placeCount"`;

const orders: Record<ListPlaceProfilesQuery['sort'], string> = {
  name: 'name, id',
  '-name': 'name DESC, id',
  created_at: 'created_at, id',
  '-created_at': 'created_at DESC, id DESC',
};

/** All queries on place profiles. */
@Injectable()
export class PlaceProfilesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListPlaceProfilesQuery): Promise<{ rows: CountedPlaceProfile[]; total: number }> {
    const where = known(tenant);
    if (query.name !== undefined) where.and(containing(query.name), (p) => `name ILIKE ${p}`);
    const { skip, limit, sort } = query;
    return pageOfRows<CountedPlaceProfile>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'place_profiles',
      where,
      orderBy: orders[sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<CountedPlaceProfile | null> {
    const where = known(tenant).and(id, (p) => `id = ${p}`);
    const sql = `SELECT ${columns} FROM place_profiles WHERE ${where.sql}`;
    const [profile] = await this.dataSource.query<CountedPlaceProfile[]>(sql, where.values);
    return profile ?? null;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<PlaceProfile> | null> {
    const where = { id, tenantId: tenant.id, deletedAt: IsNull() };
    return tx.manager.findOne(PlaceProfile, { where, lock: { mode: 'pessimistic_write' } });
  }

  /** Those of the ids that are place profiles, kept from being deleted until the transaction ends. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM place_profiles WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map((row) => row.id);
  }

  async namedForUse(tx: Tx, tenant: Tenant, names: readonly string[]): Promise<{ id: string; name: string }[]> {
    return tx.query(
      `SELECT p.id, wanted.name FROM unnest($2::text[]) AS wanted (name)
         JOIN place_profiles p ON p.tenant_id = $1 AND lower(p.name) = lower(wanted.name) AND p.deleted_at IS NULL
       ORDER BY p.id FOR SHARE OF p`,
      [tenant.id, names],
    );
  }

  /** The places of the profile, in id order, locked. */
  async lockPlacesOf(tx: Tx, tenant: Tenant, id: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM places WHERE tenant_id = $1 AND profile_id = $2 AND deleted_at IS NULL ORDER BY id FOR UPDATE`,
      [tenant.id, id],
    );
    return rows.map((row) => row.id);
  }

  async clearPlaces(tx: Tx, tenant: Tenant, placeIds: readonly string[], at: Date): Promise<void> {
    await tx.query(
      `UPDATE places SET profile_id = NULL, version = version + 1, updated_at = $3
       WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
      [tenant.id, placeIds, at],
    );
  }

  async insert(tx: Tx, profile: Row<PlaceProfile>): Promise<void> {
    await translated(profile.name, tx.manager.insert(PlaceProfile, profile));
  }

  async update(tx: Tx, profile: Row<PlaceProfile>): Promise<void> {
    const { id, tenantId, ...fields } = profile;
    await translated(profile.name, tx.manager.update(PlaceProfile, { id, tenantId }, fields));
  }
}

function known(tenant: Tenant): Conditions {
  return new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('deleted_at IS NULL');
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_place_profiles_tenant_id_name' ? new PlaceProfileNameTaken(name) : error;
  }
}
