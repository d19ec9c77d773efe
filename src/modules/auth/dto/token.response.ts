import { ApiProperty } from '@nestjs/swagger';
import type { IssuedToken } from '../access-tokens.service.js';

/** What a login gives. */
export class TokenResponse {
  @ApiProperty({
    description: 'To be sent as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…',
  })
  access_token: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type = 'bearer' as const;

  @ApiProperty({ description: 'In seconds.', example: 900 })
  expires_in: number;

  constructor(issued: IssuedToken) {
    this.access_token = issued.token;
    this.expires_in = issued.expiresInS;
  }
}
