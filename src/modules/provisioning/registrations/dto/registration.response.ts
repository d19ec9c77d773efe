import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { IssuedKey } from '../../../devices/keys/device-keys.service.js';
import { PlacementResponse } from '../../placement/dto/placement.response.js';
import type { Registered } from '../registrations.service.js';

/** A device's client in Keycloak: what it asks for tokens with, by the grant `client_credentials`. */
export class RegisteredClientResponse {
  @ApiProperty({ example: 'iotdevice-01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' })
  clientId: string;

  @ApiProperty({ description: 'Kept by Keycloak alone.' })
  clientSecret: string;

  @ApiProperty({ example: 'https://keycloak.example.org/realms/iot/protocol/openid-connect/token' })
  tokenUrl: string;

  constructor({ clientId, clientSecret, tokenUrl }: NonNullable<IssuedKey['client']>) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.tokenUrl = tokenUrl;
  }
}

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

  @ApiPropertyOptional({
    type: RegisteredClientResponse,
    description:
      'Where devices are clients of a Keycloak, and the device was given or has brought a key just now: what it may use instead.',
  })
  oidcClient?: RegisteredClientResponse;

  @ApiProperty({ description: 'Milliseconds since 1970.', example: 1_704_196_800_000 })
  registeredAt: number;

  @ApiPropertyOptional({
    description:
      'With a key that places its devices: what the device speaks with as ThingsBoard’s do; the same each time.',
    example: 'A1b2C3d4E5f6G7h8I9j0',
  })
  accessToken?: string;

  @ApiPropertyOptional({ type: PlacementResponse, description: 'With a key that places its devices.' })
  placement?: PlacementResponse;

  constructor({ deviceId, uuid, deviceName, key, client, registeredAt, placed }: Registered) {
    this.deviceId = `dev_${deviceId}`;
    this.uuid = uuid;
    this.deviceName = deviceName;
    if (key !== null) this.apiKey = key;
    if (client !== null) this.oidcClient = new RegisteredClientResponse(client);
    this.registeredAt = registeredAt.getTime();
    if (placed !== null) {
      this.accessToken = placed.accessToken;
      this.placement = new PlacementResponse(placed);
    }
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
