import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

const sorts = ['name', '-name', 'created_at', '-created_at'] as const;

/** Which place profiles to list, and how. */
export class ListPlaceProfilesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'state' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
