import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsBoolean, IsIn, IsUUID } from 'class-validator';
import { IssueTokenRequest } from './issue-token.request.js';

/** One-time tokens for many devices: a token for each, or none at all. */
export class IssueTokensRequest extends IssueTokenRequest {
  @ApiProperty({ type: String, isArray: true, format: 'uuid', minItems: 1, maxItems: 1_000 })
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  device_ids!: string[];

  @ApiPropertyOptional({
    enum: ['json', 'csv'],
    default: 'json',
    description: 'csv: device_id,token,expires_at, and qr_code where they are wanted',
  })
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Also each token as a QR code, an SVG in a data URI.',
  })
  @IsBoolean()
  qr_codes = false;
}
