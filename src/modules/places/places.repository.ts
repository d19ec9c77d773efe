import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { ListPlacesQuery } from './dto/list-places.query.js';
import { Place, type KnownPlace } from './place.entity.js';
import { PlaceNameTaken } from './place.errors.js';

/** A place as the database knows it by itself; who stands in it is asked of others. */
export type ReadPlace = Omit<KnownPlace, 'deviceCount'>;

const columns = `p.id, p.tenant_id AS "tenantId", p.name, p.description, p.parent_id AS "parentId",
  p.profile_id AS "profileId", p.location, p.attributes, p.version, p.created_at AS "createdAt",
  p.updated_at AS "updatedAt", p.deleted_at AS "deletedAt", f.name AS "profileName",
  (SELECT count(*)::int FROM places c
   WHERE c.tenant_id = p.tenant_id AND c.parent_id = p.id AND c.deleted_at IS NULL) AS "childCount",
  (WITH RECURSIVE up AS (
     SELECT a.id, a.name, a.parent_id, 1 AS distance FROM places a WHERE a.tenant_id = p.tenant_id AND a.id = p.parent_id
     UNION ALL
     SELECT a.id, a.name, a.parent_id, up.distance + 1
     FROM up JOIN places a ON a.tenant_id = p.tenant_id AND a.id = up.parent_id
   ) SELECT coalesce(json_agg(json_build_object('id', id, 'name', name) ORDER BY distance DESC), '[]') FROM up) AS path`;
const from = `places p LEFT JOIN place_profiles f
  ON f.tenant_id = p.tenant_id AND f.id = p.profile_id AND f.deleted_at IS NULL`;

const orders: Record<ListPlacesQuery['sort'], string> = {
  name: 'p.name, p.id',
  '-name': 'p.name DESC, p.id',
  created_at: 'p.created_at, p.id',
  '-created_at': 'p.created_at DESC, p.id DESC',
};

/** All queries on places. */
@Injectable()
export class PlacesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListPlacesQuery): Promise<{ rows: ReadPlace[]; total: number }> {
    const where = known(tenant);
    if (query.name !== undefined) where.and(containing(query.name), (p) => `p.name ILIKE ${p}`);
    if (query.parent_id === 'none') where.andThat('p.parent_id IS NULL');
    else if (query.parent_id !== undefined) where.and(query.parent_id, (p) => `p.parent_id = ${p}`);
    if (query.profile_id !== undefined) where.and(query.profile_id, (p) => `p.profile_id = ${p}`);
    const { skip, limit, sort } = query;
    return pageOfRows<ReadPlace>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from,
      where,
      orderBy: orders[sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<ReadPlace | null> {
    const where = known(tenant).and(id, (p) => `p.id = ${p}`);
    const sql = `SELECT ${columns} FROM ${from} WHERE ${where.sql}`;
    const [place] = await this.dataSource.query<ReadPlace[]>(sql, where.values);
    return place ?? null;
  }

  /** One at a time changes who stands below whom in a tenant: nobody then moves a place below one that moves too. */
  async lockTree(tx: Tx, tenant: Tenant): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('places:' || $1::text, 0))`, [tenant.id]);
  }

  async isNamed(tx: Tx, tenant: Tenant, name: string): Promise<boolean> {
    // The index knows names without case, and is read instead of the places.
    const found = await tx.query(
      'SELECT FROM places WHERE tenant_id = $1 AND lower(name) = lower($2) AND name = $2 AND deleted_at IS NULL LIMIT 1',
      [tenant.id, name],
    );
    return found.length > 0;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<Place> | null> {
    const where = { id, tenantId: tenant.id, deletedAt: IsNull() };
    return tx.manager.findOne(Place, { where, lock: { mode: 'pessimistic_write' } });
  }

  /** Those of the ids that are places, in id order, kept from being deleted until the transaction ends. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM places WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map((row) => row.id);
  }

  /** The place and all above it, nearest first; empty where there is no such place. The tree must be locked. */
  async pathUp(tx: Tx, tenant: Tenant, id: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `WITH RECURSIVE up AS (
         SELECT id, parent_id, 1 AS depth FROM places WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
         UNION ALL
         SELECT p.id, p.parent_id, up.depth + 1 FROM up JOIN places p ON p.tenant_id = $1 AND p.id = up.parent_id
       ) SELECT id FROM up ORDER BY depth`,
      [tenant.id, id],
    );
    return rows.map((row) => row.id);
  }

  /** The place and all below it, with how deep below. The tree must be locked. */
  async subtree(tx: Tx, tenant: Tenant, id: string): Promise<{ id: string; depth: number }[]> {
    return tx.query(
      `WITH RECURSIVE down AS (
         SELECT id, 0 AS depth FROM places WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
         UNION ALL
         SELECT p.id, down.depth + 1 FROM down
           JOIN places p ON p.tenant_id = $1 AND p.parent_id = down.id AND p.deleted_at IS NULL
       ) SELECT id, depth FROM down ORDER BY id`,
      [tenant.id, id],
    );
  }

  async lockAll(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<void> {
    await tx.query('SELECT FROM places WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE', [
      tenant.id,
      ids,
    ]);
  }

  async insert(tx: Tx, place: Row<Place>): Promise<void> {
    await translated(place.name, tx.manager.insert(Place, place));
  }

  async update(tx: Tx, place: Row<Place>): Promise<void> {
    const { id, tenantId, ...fields } = place;
    await translated(place.name, tx.manager.update(Place, { id, tenantId }, fields));
  }

  async bury(tx: Tx, tenant: Tenant, ids: readonly string[], at: Date): Promise<void> {
    await tx.manager.update(Place, { tenantId: tenant.id, id: In([...ids]) }, { deletedAt: at });
  }
}

function known(tenant: Tenant): Conditions {
  return new Conditions().and(tenant.id, (p) => `p.tenant_id = ${p}`).andThat('p.deleted_at IS NULL');
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_places_tenant_id_parent_id_name' ? new PlaceNameTaken(name) : error;
  }
}
