import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';

const sorts = ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'] as const;

/** Which labels to list, and how. */
export class ListLabelsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'green' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({
    description: 'Only those whose name or description contains this, without case.',
    example: 'cold',
  })
  @IsOptional()
  @IsText({ max: 200 })
  q?: string;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
