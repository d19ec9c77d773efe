import { ApiProperty } from '@nestjs/swagger';
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

  constructor(claim: Claim, ingestUrl: string) {
    this.device_id = claim.deviceId;
    this.api_key = claim.key;
    this.ingest_url = ingestUrl;
    this.token_expires_at = claim.tokenExpiresAt?.toISOString() ?? null;
  }
}
