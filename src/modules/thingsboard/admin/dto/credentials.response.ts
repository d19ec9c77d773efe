import { ApiProperty } from '@nestjs/swagger';
import type { ShownAccessToken } from '../../../devices/access-tokens/device-access-tokens.service.js';
import { EntityIdResponse } from './entity-id.response.js';

class CredentialsIdResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  constructor(id: string) {
    this.id = id;
  }
}

/** What a device speaks with: its access token. */
export class CredentialsResponse {
  @ApiProperty({ type: CredentialsIdResponse })
  id: CredentialsIdResponse;

  @ApiProperty({ description: 'In milliseconds.', example: 1763715600000 })
  createdTime: number;

  @ApiProperty({ type: EntityIdResponse })
  deviceId: EntityIdResponse;

  @ApiProperty({ enum: ['ACCESS_TOKEN'] })
  readonly credentialsType = 'ACCESS_TOKEN';

  @ApiProperty({ description: 'The token itself.', example: 'A1b2C3d4E5f6G7h8I9j0' })
  credentialsId: string;

  @ApiProperty({ type: String, nullable: true, description: 'Always null: that is for certificates.' })
  readonly credentialsValue: string | null = null;

  constructor({ deviceId, token, createdAt }: ShownAccessToken) {
    this.id = new CredentialsIdResponse(deviceId);
    this.createdTime = createdAt.getTime();
    this.deviceId = new EntityIdResponse('DEVICE', deviceId);
    this.credentialsId = token;
  }
}
