import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { violatedConstraintOf } from '../../../core/database/sql-state.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Place } from '../place.entity.js';
import { PlaceFileUnreadable } from './place-transfer.errors.js';

/** Where a place is looked for. */
export interface Spot {
  parentId: string | null;
  name: string;
}

const rowsAtOnce = 500;
const columns = `p.id, p.tenant_id AS "tenantId", p.name, p.description, p.parent_id AS "parentId",
  p.profile_id AS "profileId", p.location, p.attributes, p.version, p.created_at AS "createdAt",
  p.updated_at AS "updatedAt", p.deleted_at AS "deletedAt"`;

/** Finds and writes many places at once. Its caller holds the tree. */
@Injectable()
export class PlaceImportRepository {
  /** The places that stand in the spots, by the spots' order, locked. */
  async at(tx: Tx, tenant: Tenant, spots: readonly Spot[]): Promise<Map<number, Row<Place>>> {
    // The name has the index only where the parent is compared by one operator.
    const [top] = spots;
    const sameParent = top?.parentId === null ? 'p.parent_id IS NULL' : 'p.parent_id = wanted.parent_id';
    const rows = await tx.query<Row<Place> & { spot: string }>(
      `SELECT wanted.spot, ${columns}
       FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS wanted (parent_id, name, spot)
         JOIN places p ON p.tenant_id = $1 AND ${sameParent} AND lower(p.name) = lower(wanted.name) AND p.deleted_at IS NULL
       ORDER BY p.id FOR UPDATE OF p`,
      [tenant.id, spots.map(({ parentId }) => parentId), spots.map(({ name }) => name)],
    );
    return new Map(rows.map(({ spot, ...place }) => [Number(spot) - 1, place]));
  }

  async insert(tx: Tx, places: readonly Row<Place>[]): Promise<void> {
    for (let from = 0; from < places.length; from += rowsAtOnce) {
      await translated(tx.manager.insert(Place, places.slice(from, from + rowsAtOnce)));
    }
  }

  /** What a file can say of places that are there already. */
  async update(tx: Tx, tenant: Tenant, places: readonly Row<Place>[], at: Date): Promise<void> {
    if (places.length === 0) return;
    const changed = places.map(({ id, description, profileId, location, attributes }) => ({
      ...{ id, description, profile_id: profileId, location, attributes },
    }));
    await tx.query(
      `UPDATE places p SET description = c.description, profile_id = c.profile_id, attributes = c.attributes,
         location = nullif(c.location, 'null'), version = p.version + 1, updated_at = $3
       FROM jsonb_to_recordset($2) AS c (id uuid, description text, profile_id uuid, location jsonb, attributes jsonb)
       WHERE p.tenant_id = $1 AND p.id = c.id`,
      [tenant.id, JSON.stringify(changed), at],
    );
  }
}

/** PostgreSQL takes some names for one that differ here: it knows more of letters and their case. */
async function translated<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (violatedConstraintOf(error) !== 'UQ_places_tenant_id_parent_id_name') throw error;
    throw new PlaceFileUnreadable('two places of the file have one name below the same parent');
  }
}
