import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { BranchRow } from './place-branch.rules.js';

/**
 * A place or the top ($2) and everything below, level after level: the children of a place are a range of
 * UQ_places_tenant_id_parent_id_name. Reading stops at the limit, which leaves out the deepest.
 */
const down = `WITH RECURSIVE down AS (
    SELECT id FROM places
    WHERE tenant_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL AND parent_id IS NULL OR id = $2::uuid)
    UNION ALL
    SELECT p.id FROM down JOIN places p ON p.tenant_id = $1 AND p.parent_id = down.id AND p.deleted_at IS NULL
  )`;

export interface BranchDetails {
  description: string | null;
  attributes: object;
}

/** Reads parts of the tree as they stand. */
@Injectable()
export class PlaceBranchesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async rows(tenant: Tenant, rootId: string | null, limit: number | null): Promise<BranchRow[]> {
    return this.dataSource.query<BranchRow[]>(
      `${down}
       SELECT p.id, p.name, p.parent_id AS "parentId", p.profile_id AS "profileId", f.name AS "profileName", p.location
       FROM (SELECT id FROM down LIMIT $3) AS found
         JOIN places p ON p.tenant_id = $1 AND p.id = found.id
         LEFT JOIN place_profiles f ON f.tenant_id = $1 AND f.id = p.profile_id AND f.deleted_at IS NULL`,
      [tenant.id, rootId, limit],
    );
  }

  /** What the tree itself does not show, by id. */
  async details(tenant: Tenant, ids: readonly string[]): Promise<Map<string, BranchDetails>> {
    const rows = await this.dataSource.query<(BranchDetails & { id: string })[]>(
      'SELECT id, description, attributes FROM places WHERE tenant_id = $1 AND id = ANY($2::uuid[])',
      [tenant.id, ids],
    );
    return new Map(rows.map(({ id, ...details }) => [id, details]));
  }

  /** The place and, when `deep`, all below it; empty where there is no such place. */
  async idsWithin(tenant: Tenant, id: string, deep: boolean): Promise<string[]> {
    const sql = deep
      ? `${down} SELECT id FROM down`
      : 'SELECT id FROM places WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL';
    const rows = await this.dataSource.query<{ id: string }[]>(sql, [tenant.id, id]);
    return rows.map((row) => row.id);
  }
}
