import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DevicesService } from '../../devices/devices.service.js';
import { PlacesService } from '../../places/places.service.js';
import { AttributeResponse } from './dto/attribute.response.js';
import { locationIn, type EntityRef } from './given-entity.rules.js';

type Attributes = Record<string, unknown>;

/** Server attributes: those of assets are what their places have, those of devices their metadata. */
@Injectable()
export class ThingsBoardAttributesService {
  constructor(
    private readonly places: PlacesService,
    private readonly devices: DevicesService,
  ) {}

  /** Coordinates are also where the place is. */
  async save(tenant: Tenant, { type, id }: EntityRef, attributes: Attributes): Promise<void> {
    if (type === 'DEVICE') {
      await this.devices.update(tenant, id, { metadata: attributes }, 'merge');
      return;
    }
    const location = locationIn(attributes);
    const change = { attributes, ...(location === null ? {} : { location }) };
    await this.places.update(tenant, id, change, { mode: 'merge', ifMatch: undefined });
  }

  /** Those of the keys that are there; all without any. */
  async list(tenant: Tenant, { type, id }: EntityRef, keys: string | undefined): Promise<AttributeResponse[]> {
    const { attributes, updatedAt } = await this.read(tenant, type, id);
    const wanted = (keys ?? '').split(',').filter((key) => key !== '');
    return Object.entries(attributes)
      .filter(([key]) => wanted.length === 0 || wanted.includes(key))
      .map(([key, value]) => new AttributeResponse(key, value, updatedAt));
  }

  private async read(
    tenant: Tenant,
    type: EntityRef['type'],
    id: string,
  ): Promise<{ attributes: object; updatedAt: Date }> {
    if (type === 'ASSET') return this.places.get(tenant, id);
    const { metadata, updatedAt } = await this.devices.get(tenant, id);
    return { attributes: metadata, updatedAt };
  }
}
