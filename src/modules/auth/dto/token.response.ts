import { ApiProperty } from '@nestjs/swagger';
import type { SessionTokens } from '../sessions/session-tokens.service.js';

/** What a login gives, and each refresh after it. */
export class TokenResponse {
  @ApiProperty({
    description: 'To be sent as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…',
  })
  access_token: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type = 'bearer' as const;

  @ApiProperty({ description: 'How long the access token is good, in seconds.', example: 900 })
  expires_in: number;

  @ApiProperty({
    description: 'To be exchanged once at `/api/v1/auth/refresh` for the next two tokens.',
    example: 'flr_01980c1e7d2a7c3b8f005d1b5e6c7a90g0_…',
  })
  refresh_token: string;

  @ApiProperty({
    description: 'How long the refresh token is good, in seconds: 12 hours, or 30 days after a login with rememberMe.',
    example: 43_200,
  })
  refresh_expires_in: number;

  constructor({ access, refreshToken, refreshExpiresInS }: SessionTokens) {
    this.access_token = access.token;
    this.expires_in = access.expiresInS;
    this.refresh_token = refreshToken;
    this.refresh_expires_in = refreshExpiresInS;
  }
}
