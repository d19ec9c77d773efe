import { ApiProperty } from '@nestjs/swagger';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import type { KnownDevice } from '../../../devices/device-state.entity.js';
import { EntityIdResponse, noCustomer } from './entity-id.response.js';
import { ThingsBoardEntityResponse } from './thingsboard-entity.response.js';

/** A device, as ThingsBoard's clients know it. */
export class ThingsBoardDeviceResponse extends ThingsBoardEntityResponse {
  @ApiProperty({ description: 'The name of its profile.', example: 'IoT-Gateway' })
  type: string;

  @ApiProperty({ type: String, nullable: true, description: 'Always null: labels here are another thing.' })
  readonly label: string | null = null;

  @ApiProperty({ type: EntityIdResponse, nullable: true })
  deviceProfileId: EntityIdResponse | null;

  @ApiProperty({ type: EntityIdResponse })
  customerId = new EntityIdResponse('CUSTOMER', noCustomer);

  @ApiProperty({ type: Object, nullable: true, example: { description: 'On the roof' } })
  additionalInfo: object | null;

  constructor(tenant: Tenant, device: KnownDevice) {
    super('DEVICE', tenant, device);
    this.type = device.profileName ?? 'default';
    this.deviceProfileId = device.profileId === null ? null : new EntityIdResponse('DEVICE_PROFILE', device.profileId);
    this.additionalInfo = device.description === null ? null : { description: device.description };
  }
}
