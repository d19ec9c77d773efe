import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { scopes, type Scope } from '../principal.decorator.js';

/** Which API keys to list. */
export class ListApiKeysQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'chirp' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ enum: scopes, description: 'Only keys with this scope.' })
  @IsOptional()
  @IsIn(scopes)
  scope?: Scope;

  @ApiPropertyOptional({ description: 'Only keys that have expired, or only those that have not.', example: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  expired?: boolean;
}
