import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../../core/database/row.js';
import type { DeviceClient } from '../../keycloak/device-client.contract.js';
import { DeviceClientResponse } from '../../keycloak/dto/device-client.response.js';
import { deviceKeyOrigins, type DeviceKey, type DeviceKeyOrigin } from '../device-key.entity.js';

/** A device key, without what would open anything. */
export class DeviceKeyResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'Line A' })
  name: string | null;

  @ApiProperty({ enum: deviceKeyOrigins, description: 'How the device came by it.' })
  origin: DeviceKeyOrigin;

  @ApiProperty({ description: 'The public beginning of the key.', example: 'fld_9f86d081884c7d65' })
  prefix: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the device used it first.' })
  confirmed_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Up to a minute behind.' })
  last_used_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revoked_at: string | null;

  constructor(key: Row<DeviceKey>) {
    this.id = key.id;
    this.device_id = key.deviceId;
    this.name = key.name;
    this.origin = key.origin;
    this.prefix = key.prefix;
    this.created_at = key.createdAt.toISOString();
    this.expires_at = key.expiresAt?.toISOString() ?? null;
    this.confirmed_at = key.confirmedAt?.toISOString() ?? null;
    this.last_used_at = key.lastUsedAt?.toISOString() ?? null;
    this.revoked_at = key.revokedAt?.toISOString() ?? null;
  }
}

/** A new device key with the key itself, which is not stored and never shown again. */
export class NewDeviceKeyResponse extends DeviceKeyResponse {
  @ApiProperty({
    description: 'For the device, as `Authorization: Bearer …` or `X-Device-API-Key: …`.',
    example: 'fld_9f86d081884c7d65_…',
  })
  key: string;

  @ApiProperty({ type: DeviceClientResponse, nullable: true, description: 'Null where no Keycloak is set.' })
  oidc_client: DeviceClientResponse | null;

  constructor(deviceKey: Row<DeviceKey>, key: string, client: DeviceClient | null) {
    super(deviceKey);
    this.key = key;
    this.oidc_client = client === null ? null : new DeviceClientResponse(client);
  }
}
