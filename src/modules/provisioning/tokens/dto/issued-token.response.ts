import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { IssuedToken } from '../device-tokens.service.js';

/** A new one-time token, which is not stored and never shown again. */
export class IssuedTokenResponse {
  @ApiProperty({ example: 'flt_9f86d081884c7d65_…' })
  token: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: string | null;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ format: 'uuid', description: 'What it is revoked by.' })
  token_id: string;

  @ApiPropertyOptional({ description: 'The token as a QR code, an SVG in a data URI; there when it was asked for.' })
  qr_code?: string;

  constructor({ deviceToken, token }: IssuedToken, qrCode?: string) {
    this.token = token;
    this.expires_at = deviceToken.expiresAt?.toISOString() ?? null;
    this.device_id = deviceToken.deviceId;
    this.token_id = deviceToken.id;
    if (qrCode !== undefined) this.qr_code = qrCode;
  }
}
