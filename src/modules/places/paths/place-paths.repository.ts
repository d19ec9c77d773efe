import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';

export interface StandingPlace {
  id: string;
  name: string;
}

/** Looks places up along a path, one look into UQ_places_tenant_id_parent_id_name each. */
@Injectable()
export class PlacePathsRepository {
  /** As much of the path as stands, from the top. */
  async down(tx: Tx, tenant: Tenant, path: readonly { name: string }[]): Promise<StandingPlace[]> {
    const standing: StandingPlace[] = [];
    for (const { name } of path) {
      const parentId = standing.at(-1)?.id;
      const below = parentId === undefined ? 'parent_id IS NULL' : 'parent_id = $3';
      const [place] = await tx.query<StandingPlace>(
        `SELECT id, name FROM places
         WHERE tenant_id = $1 AND ${below} AND lower(name) = lower($2) AND deleted_at IS NULL`,
        [tenant.id, name, ...(parentId === undefined ? [] : [parentId])],
      );
      if (place === undefined) break;
      standing.push(place);
    }
    return standing;
  }

  /** The place and all above it, from the top. */
  async up(tx: Tx, tenant: Tenant, id: string): Promise<StandingPlace[]> {
    return tx.query(
      `WITH RECURSIVE up AS (
         SELECT id, name, parent_id, 1 AS distance FROM places WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
         UNION ALL
         SELECT p.id, p.name, p.parent_id, up.distance + 1
         FROM up JOIN places p ON p.tenant_id = $1 AND p.id = up.parent_id
       ) SELECT id, name FROM up ORDER BY distance DESC`,
      [tenant.id, id],
    );
  }
}
