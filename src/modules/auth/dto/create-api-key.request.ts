import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsUUID,
  ValidateIf,
} from 'class-validator';
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

  @ApiPropertyOptional({
    description: 'Devices of unknown DevEUIs are made of the messages that come in with it.',
    default: false,
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean()
  auto_register?: boolean;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'The labels that those devices wear.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsUUID('all', { each: true })
  default_label_ids?: string[] | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'The profile of those devices.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string | null;
}

/** The ids as they are stored; undefined where the request says nothing of labels. */
export function defaultLabelsOf({ default_label_ids }: Pick<CreateApiKeyRequest, 'default_label_ids'>) {
  return default_label_ids === undefined
    ? undefined
    : [...new Set((default_label_ids ?? []).map((id) => id.toLowerCase()))];
}
