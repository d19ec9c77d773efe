import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What a device says when it registers. Machines send it: what is unknown is kept with the device, and reaches nothing else. */
export class RegistrationRequest {
  @ApiProperty({
    description: '1 to 64 of A-Z a-z 0-9 . _ -',
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    example: '550e8400-e29b-41d4-a716-446655440000',
  })
  uuid!: string;

  @ApiProperty({ example: 'my-raspberry-pi', maxLength: 200 })
  deviceName!: string;

  @ApiProperty({ example: 'raspberrypi4-64', maxLength: 100 })
  deviceType!: string;

  @ApiPropertyOptional({
    description: 'The key that the device made for itself: 32 to 128 characters. Without it the answer has one.',
    pattern: '^[A-Za-z0-9._~+/=-]{32,128}$',
    example: '5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99',
  })
  deviceApiKey?: string;

  @ApiPropertyOptional({ example: 'b8:27:eb:12:34:56' })
  macAddress?: string;

  @ApiPropertyOptional({ example: '11.0.0' })
  osVersion?: string;

  @ApiPropertyOptional({ example: '1.0.0' })
  supervisorVersion?: string;

  @ApiPropertyOptional({
    description: 'With a key that places its devices, this and what follows: else it is only kept with the device.',
    example: 'PM-2024-0001',
    maxLength: 100,
  })
  serial?: string;

  @ApiPropertyOptional({ description: 'Degrees north. Where it is none, it counts as not said.', example: 28.6139 })
  latitude?: number;

  @ApiPropertyOptional({ description: 'Degrees east.', example: 77.209 })
  longitude?: number;

  @ApiPropertyOptional({ description: 'Found without case, or made.', example: 'India', maxLength: 200 })
  country?: string;

  @ApiPropertyOptional({ description: 'Found in the country without case, or made.', example: 'Delhi', maxLength: 200 })
  state?: string;
}

/** What this instance is told when it shall register with another one: `apiEndpoint` is what tells the two apart. */
export class LocalRegistrationRequest {
  @ApiProperty({ example: 'https://iot.example.org/api' })
  apiEndpoint!: string;

  @ApiPropertyOptional({ description: 'The other instance’s; else PROVISIONING_KEY.' })
  provisioningKey?: string;

  @ApiPropertyOptional({ example: 'my-raspberry-pi' })
  deviceName?: string;

  @ApiPropertyOptional({ example: 'raspberrypi4-64' })
  deviceType?: string;

  @ApiPropertyOptional({ example: 'b8:27:eb:12:34:56' })
  macAddress?: string;

  @ApiPropertyOptional({ example: '11.0.0' })
  osVersion?: string;

  @ApiPropertyOptional({ example: '1.0.0' })
  supervisorVersion?: string;
}
