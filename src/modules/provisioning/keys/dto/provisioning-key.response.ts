import { ApiProperty } from '@nestjs/swagger';
import { reregistrations, type Placement, type Reregistration } from '../provisioning-key.contract.js';
import type { KnownProvisioningKey } from '../provisioning-key.entity.js';
import { provisioningKeyStatuses, statusOf, type ProvisioningKeyStatus } from '../provisioning-key.rules.js';
import { PlacementRequest } from './placement.request.js';

const mask = '********';

/** A provisioning key. */
export class ProvisioningKeyResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Line A boards' })
  name: string;

  @ApiProperty({ description: 'The public beginning of the key.', example: 'flp_9f86d081884c7d65' })
  prefix: string;

  @ApiProperty({
    description:
      'For devices, as `Authorization: Bearer …` or `x-provisioning-key: …`. Shown when it is made and masked ever after.',
    example: mask,
  })
  key: string;

  @ApiProperty({ enum: provisioningKeyStatuses })
  status: ProvisioningKeyStatus;

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ enum: reregistrations })
  reregistration: Reregistration;

  @ApiProperty({ type: 'integer', nullable: true, example: 500 })
  max_devices: number | null;

  @ApiProperty({ type: 'integer', description: 'Different devices that registered with it.', example: 12 })
  devices_used: number;

  @ApiProperty({ type: [String] })
  label_ids: string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  profile_id: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  place_id: string | null;

  @ApiProperty({ type: PlacementRequest, nullable: true })
  placement: Placement | null;

  @ApiProperty({ type: 'integer', example: 1 })
  version: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_used_at: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(known: KnownProvisioningKey, now: Date, key: string = mask) {
    this.id = known.id;
    this.name = known.name;
    this.prefix = known.prefix;
    this.key = key;
    this.status = statusOf(known, now);
    this.enabled = known.enabled;
    this.reregistration = known.reregistration;
    this.max_devices = known.maxDevices;
    this.devices_used = known.devicesUsed;
    this.label_ids = known.labelIds;
    this.profile_id = known.profileId;
    this.place_id = known.placeId;
    this.placement = known.placement;
    this.version = known.version;
    this.expires_at = known.expiresAt?.toISOString() ?? null;
    this.last_used_at = known.lastUsedAt?.toISOString() ?? null;
    this.created_at = known.createdAt.toISOString();
    this.updated_at = known.updatedAt.toISOString();
  }
}
