import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';

/** A new label. */
export class CreateLabelRequest {
  @ApiProperty({ description: 'Unique in the tenant.', example: 'greenhouse', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'As #rrggbb.', example: '#2e7d32' })
  @IsOptional()
  @Matches(/^#[0-9a-f]{6}$/i, { message: 'must be a colour as #rrggbb' })
  color?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Everything under glass', maxLength: 2000 })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;
}
