import { ApiProperty } from '@nestjs/swagger';
import type { DeviceClient } from '../device-client.contract.js';

/** A device's client in Keycloak: what it asks for tokens with, by the grant `client_credentials`. */
export class DeviceClientResponse {
  @ApiProperty({ example: 'iotdevice-01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' })
  client_id: string;

  @ApiProperty({ description: 'Kept by Keycloak alone; another one after each rotation of keys.' })
  client_secret: string;

  @ApiProperty({ example: 'https://keycloak.example.org/realms/iot/protocol/openid-connect/token' })
  token_url: string;

  constructor(client: DeviceClient) {
    this.client_id = client.clientId;
    this.client_secret = client.clientSecret;
    this.token_url = client.tokenUrl;
  }
}
