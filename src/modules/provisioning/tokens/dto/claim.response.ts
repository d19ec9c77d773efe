import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Claim } from '../claims.service.js';

/** The device's key, and where to use it. */
export class ClaimResponse {
  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({
    description: 'For `Authorization: Bearer …`. Until it is used, the token may be claimed again for ten minutes.',
  })
  api_key: string;

  @ApiProperty({ example: 'https://iot.example.org/gateway/device-data/ingest' })
  ingest_url: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  token_expires_at: string | null;

  @ApiPropertyOptional({
    type: 'object',
    properties: { client_id: { type: 'string' }, client_secret: { type: 'string' }, token_url: { type: 'string' } },
    required: ['client_id', 'client_secret', 'token_url'],
    description: 'Where devices are clients of a Keycloak: what this one may ask for tokens with, instead of its key.',
  })
  oidc_client?: { client_id: string; client_secret: string; token_url: string };

  constructor(claim: Claim, ingestUrl: string) {
    this.device_id = claim.deviceId;
    this.api_key = claim.key;
    this.ingest_url = ingestUrl;
    this.token_expires_at = claim.tokenExpiresAt?.toISOString() ?? null;
    if (claim.client === null) return;
    const { clientId, clientSecret, tokenUrl } = claim.client;
    this.oidc_client = { client_id: clientId, client_secret: clientSecret, token_url: tokenUrl };
  }
}
