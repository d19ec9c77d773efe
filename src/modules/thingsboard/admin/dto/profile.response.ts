import { ApiProperty } from '@nestjs/swagger';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { ThingsBoardEntityResponse, type ShownEntity } from './thingsboard-entity.response.js';

interface ShownProfile extends ShownEntity {
  description: string | null;
}

/** A profile of assets or of devices. */
export class ThingsBoardProfileResponse extends ThingsBoardEntityResponse {
  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ description: 'Always false: nothing here has a profile that it was not given.' })
  readonly default: boolean = false;

  constructor(type: 'ASSET_PROFILE' | 'DEVICE_PROFILE', tenant: Tenant, profile: ShownProfile) {
    super(type, tenant, profile);
    this.description = profile.description;
  }
}
