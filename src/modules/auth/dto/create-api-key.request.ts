import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsISO8601, IsOptional } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { scopes, type Scope } from '../principal.decorator.js';

/** A new API key. */
export class CreateApiKeyRequest {
  @ApiProperty({ description: 'What the key is for.', example: 'ChirpStack', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiProperty({
    description: 'What it may do; scopes do not contain each other.',
    enum: scopes,
    isArray: true,
    example: ['ingest'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(scopes, { each: true })
  scopes!: Scope[];

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
}
