import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { PlaceCyclic, PlaceTooDeep } from './place.errors.js';
import { PlacesRepository } from './places.repository.js';

/** Deeper is a mistake: a country, a state, a city, a site, a building, a floor and a room are seven. */
export const maxDepth = 32;

/** Decides where a place may stand: below one that is there, not below itself, not too deep. */
@Injectable()
export class PlaceTree {
  constructor(private readonly places: PlacesRepository) {}

  /** Until the transaction ends nobody else changes who stands below whom: call it before anything is read. */
  async lock(tx: Tx, tenant: Tenant): Promise<void> {
    await this.places.lockTree(tx, tenant);
  }

  /** `id` is the place that is to stand below `parentId`; a new one has nothing below itself yet. */
  async assertFits(tx: Tx, tenant: Tenant, id: string, parentId: string | null): Promise<void> {
    if (parentId === null) return;
    const above = await this.places.pathUp(tx, tenant, parentId);
    if (above.length === 0) throw new ValidationFailed([{ path: 'parent_id', message: 'there is no such place' }]);
    if (above.includes(id)) throw new PlaceCyclic();
    const below = await this.places.subtree(tx, tenant, id);
    const height = Math.max(0, ...below.map(({ depth }) => depth)) + 1;
    if (above.length + height > maxDepth) throw new PlaceTooDeep(maxDepth);
  }

  /** How many places stand above one another down to this one, which `field` of a request names. */
  async depthOf(tx: Tx, tenant: Tenant, id: string, field: string): Promise<number> {
    const path = await this.places.pathUp(tx, tenant, id);
    if (path.length === 0) throw new ValidationFailed([{ path: field, message: 'there is no such place' }]);
    return path.length;
  }

  /** The place and all below it, locked, in id order. */
  async lockSubtree(tx: Tx, tenant: Tenant, id: string): Promise<string[]> {
    const ids = (await this.places.subtree(tx, tenant, id)).map((place) => place.id);
    await this.places.lockAll(tx, tenant, ids);
    return ids;
  }
}
