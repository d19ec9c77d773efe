import { ApiProperty } from '@nestjs/swagger';
import type { ShownAccessToken } from '../device-access-tokens.service.js';

/** What a device of ThingsBoard's kind speaks with. */
export class DeviceAccessTokenResponse {
  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({
    description: 'Twenty letters and digits, for the address: `POST /api/v1/{token}/telemetry`.',
    example: 'A1b2C3d4E5f6G7h8I9j0',
  })
  token: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  constructor({ deviceId, token, createdAt }: ShownAccessToken) {
    this.device_id = deviceId;
    this.token = token;
    this.created_at = createdAt.toISOString();
  }
}
