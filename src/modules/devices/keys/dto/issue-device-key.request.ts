import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsISO8601, IsOptional } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** A new key for a device. */
export class IssueDeviceKeyRequest {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'Line A' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'From when on it is refused; never when absent.',
    example: '2030-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expires_at?: string | null;

  @ApiPropertyOptional({
    default: false,
    description: 'Ends the device’s other keys at once; else they end when the device first uses this one.',
  })
  @IsOptional()
  @IsBoolean()
  revoke_previous?: boolean;
}
