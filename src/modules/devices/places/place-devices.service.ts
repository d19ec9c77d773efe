import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { PlaceBranches } from '../../places/tree/place-branches.service.js';
import type { KnownDevice } from '../device-state.entity.js';
import type { ListContentsQuery } from './dto/list-contents.query.js';
import type { ListPlaceDevicesQuery } from './dto/list-place-devices.query.js';
import { PlaceDevicesRepository, type Content } from './place-devices.repository.js';

/** Says what stands in a place. */
@Injectable()
export class PlaceDevicesService {
  constructor(
    private readonly branches: PlaceBranches,
    private readonly repository: PlaceDevicesRepository,
  ) {}

  async list(
    tenant: Tenant,
    placeId: string,
    query: ListPlaceDevicesQuery,
  ): Promise<{ rows: KnownDevice[]; total: number }> {
    const placeIds = await this.branches.idsWithin(tenant, placeId, query.deep);
    return this.repository.list(tenant, placeIds, query);
  }

  async listContents(
    tenant: Tenant,
    placeId: string,
    query: ListContentsQuery,
  ): Promise<{ rows: Content[]; total: number }> {
    await this.branches.assertThere(tenant, placeId);
    return this.repository.listContents(tenant, placeId, query);
  }
}
