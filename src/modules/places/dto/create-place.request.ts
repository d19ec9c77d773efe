import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { IsJsonObject, IsText } from '../../../core/json/is-storable.decorator.js';
import { PlaceLocationRequest } from './place-location.request.js';

export const attributesLimits = { maxBytes: 16_384, maxDepth: 32 };

/** A new place; only its name is required. */
export class CreatePlaceRequest {
  @ApiProperty({
    description: 'Unique among the places below the same parent, without case.',
    example: 'South Holland',
    maxLength: 200,
  })
  @IsText({ max: 200 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000, example: 'Everything west of Utrecht' })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The place that it stands in; null: it stands at the top.',
  })
  @IsOptional()
  @IsUUID('all')
  parent_id?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'The kind of place it is.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string | null;

  @ApiPropertyOptional({ type: PlaceLocationRequest, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceLocationRequest)
  location?: PlaceLocationRequest | null;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    description: 'Anything, up to 16 KiB.',
    example: { country_code: 'NL' },
  })
  @IsOptional()
  @IsJsonObject(attributesLimits)
  attributes?: Record<string, unknown> | null;
}
