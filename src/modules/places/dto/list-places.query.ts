import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, ValidateIf } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';

const sorts = ['name', '-name', 'created_at', '-created_at'] as const;

/** Which places to list, and how. */
export class ListPlacesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'holland' })
  @IsOptional()
  @IsText({ max: 200 })
  name?: string;

  @ApiPropertyOptional({
    description: 'Only places directly below this one; `none`: those at the top.',
    example: 'none',
    oneOf: [
      { type: 'string', format: 'uuid' },
      { type: 'string', enum: ['none'] },
    ],
  })
  @ValidateIf((_, value) => value !== undefined && value !== 'none')
  @IsUUID('all', { message: 'parent_id must be a UUID or "none"' })
  parent_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only places of this profile.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
