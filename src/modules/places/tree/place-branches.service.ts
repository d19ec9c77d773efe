import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { PlaceUsage } from '../place-usage.service.js';
import { PlaceNotFound } from '../place.errors.js';
import { branchesOf, type Branch } from './place-branch.rules.js';
import { PlaceBranchesRepository } from './place-branches.repository.js';

/** More than anybody looks at in one picture; what is deeper is asked for by its root. */
export const maxPlacesShown = 10_000;

/** Shows the tree of places: what contains what, and how many devices stand in it. */
@Injectable()
export class PlaceBranches {
  constructor(
    private readonly repository: PlaceBranchesRepository,
    private readonly usage: PlaceUsage,
  ) {}

  async tree(tenant: Tenant, { root, depth }: { root?: string; depth: number }): Promise<Branch[]> {
    const rows = await this.repository.rows(tenant, root ?? null, maxPlacesShown);
    if (root !== undefined && rows.length === 0) throw new PlaceNotFound();
    const counts = await this.usage.occupants.countsOf(
      tenant,
      rows.map(({ id }) => id),
    );
    return branchesOf(rows, counts, depth);
  }

  /** The place and, when `deep`, every place below it. */
  async idsWithin(tenant: Tenant, id: string, deep: boolean): Promise<string[]> {
    const ids = await this.repository.idsWithin(tenant, id, deep);
    if (ids.length === 0) throw new PlaceNotFound();
    return ids;
  }

  async assertThere(tenant: Tenant, id: string): Promise<void> {
    await this.idsWithin(tenant, id, false);
  }
}
