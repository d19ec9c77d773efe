import { ApiProperty } from '@nestjs/swagger';
import type { RegisteredDevice } from '../../registrations/registrations.repository.js';

/** A device that registered with a provisioning key. */
export class RegisteredDeviceResponse {
  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ example: 'my-raspberry-pi' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: '550e8400-e29b-41d4-a716-446655440000' })
  uuid: string | null;

  @ApiProperty({ format: 'date-time', description: 'The last time.' })
  registered_at: string;

  @ApiProperty({ description: 'Where it registered from.', example: '198.51.100.7' })
  address: string;

  @ApiProperty({ description: 'Whether it has used the key that it registered with.' })
  confirmed: boolean;

  @ApiProperty({ description: 'Whether the device is gone.' })
  retired: boolean;

  constructor(device: RegisteredDevice) {
    this.device_id = device.deviceId;
    this.name = device.name;
    this.uuid = device.uuid;
    this.registered_at = device.registeredAt.toISOString();
    this.address = device.address;
    this.confirmed = device.isConfirmed;
    this.retired = device.isRetired;
  }
}
