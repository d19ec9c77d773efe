import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DevicesService } from '../../devices/devices.service.js';
import { PlacesService } from '../../places/places.service.js';
import { RelationNotFound } from './admin-calls.errors.js';
import type { GivenRelation } from './given-entity.rules.js';

/** What contains what: a place its places and its devices. Whatever stood elsewhere stands here from then on. */
@Injectable()
export class ThingsBoardRelationsService {
  constructor(
    private readonly places: PlacesService,
    private readonly devices: DevicesService,
  ) {}

  /** @throws RelationNotFound: scripts take any other answer for a relation that is there. */
  async get(tenant: Tenant, relation: GivenRelation): Promise<GivenRelation> {
    const { from, to } = relation;
    await this.places.get(tenant, from.id);
    const holder =
      to.type === 'ASSET'
        ? (await this.places.get(tenant, to.id)).parentId
        : (await this.devices.get(tenant, to.id)).placeId;
    if (holder !== from.id) throw new RelationNotFound();
    return relation;
  }

  async save(tenant: Tenant, { from, to }: GivenRelation): Promise<void> {
    await this.places.get(tenant, from.id);
    if (to.type === 'ASSET') {
      await this.places.update(tenant, to.id, { parent_id: from.id }, { mode: 'merge', ifMatch: undefined });
    } else {
      await this.devices.update(tenant, to.id, { place_id: from.id }, 'merge');
    }
  }
}
