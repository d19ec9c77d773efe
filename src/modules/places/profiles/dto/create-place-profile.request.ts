import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** A new kind of place. */
export class CreatePlaceProfileRequest {
  @ApiProperty({ description: 'Unique in the tenant, without case.', example: 'Building', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000, example: 'With an address and floors' })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;
}
