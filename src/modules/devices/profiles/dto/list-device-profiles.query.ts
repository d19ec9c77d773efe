import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

const sorts = ['name', '-name', 'created_at', '-created_at'] as const;

/** Which device profiles to list, and how. */
export class ListDeviceProfilesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'em300' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only profiles whose devices are decoded by this function.' })
  @IsOptional()
  @IsUUID('all')
  codec_function_id?: string;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
