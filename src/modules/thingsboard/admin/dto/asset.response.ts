import { ApiProperty } from '@nestjs/swagger';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import type { KnownPlace } from '../../../places/place.entity.js';
import { EntityIdResponse, noCustomer } from './entity-id.response.js';
import { ThingsBoardEntityResponse } from './thingsboard-entity.response.js';

/** A place, as ThingsBoard's clients know assets. */
export class ThingsBoardAssetResponse extends ThingsBoardEntityResponse {
  @ApiProperty({ description: 'The name of its profile.', example: 'State' })
  type: string;

  @ApiProperty({ type: String, nullable: true, description: 'Always null: places have none.' })
  readonly label: string | null = null;

  @ApiProperty({ type: EntityIdResponse, nullable: true })
  assetProfileId: EntityIdResponse | null;

  @ApiProperty({ type: EntityIdResponse })
  customerId = new EntityIdResponse('CUSTOMER', noCustomer);

  @ApiProperty({ type: Object, nullable: true, example: { description: 'Everything west of Utrecht' } })
  additionalInfo: object | null;

  constructor(tenant: Tenant, place: KnownPlace) {
    super('ASSET', tenant, place);
    this.type = place.profileName ?? 'default';
    this.assetProfileId = place.profileId === null ? null : new EntityIdResponse('ASSET_PROFILE', place.profileId);
    this.additionalInfo = place.description === null ? null : { description: place.description };
  }
}
