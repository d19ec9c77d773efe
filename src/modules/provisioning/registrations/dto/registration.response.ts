import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Registered } from '../registrations.service.js';

/** A device that is registered here, in document 000’s words. */
export class RegistrationResponse {
  @ApiProperty({ description: '`dev_` and the device’s id.', example: 'dev_01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' })
  deviceId: string;

  @ApiProperty({ example: '550e8400-e29b-41d4-a716-446655440000' })
  uuid: string;

  @ApiProperty({ example: 'my-raspberry-pi' })
  deviceName: string;

  @ApiPropertyOptional({ description: 'The device’s key, where it brought none of its own. Shown only here.' })
  apiKey?: string;

  @ApiProperty({ description: 'Milliseconds since 1970.', example: 1_704_196_800_000 })
  registeredAt: number;

  constructor({ deviceId, uuid, deviceName, key, registeredAt }: Registered) {
    this.deviceId = `dev_${deviceId}`;
    this.uuid = uuid;
    this.deviceName = deviceName;
    if (key !== null) this.apiKey = key;
    this.registeredAt = registeredAt.getTime();
  }
}

/** What became of this instance’s own registration with another one. */
export class LocalRegistrationResponse {
  @ApiProperty({ enum: ['success', 'pending'] })
  status!: string;

  @ApiProperty({ example: 'Device registered with API' })
  message!: string;

  @ApiPropertyOptional({ type: Object, additionalProperties: true, description: 'What the other instance answered.' })
  response?: object;
}
