import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** Which keys to list. */
export class ListAssetKeysQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'ci' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ description: 'Only keys that may upload, or only those that may not.', example: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  enabled?: boolean;
}
