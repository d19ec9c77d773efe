import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsRFC3339 } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';

const sorts = ['filename', '-filename', 'uploaded_at', '-uploaded_at', 'size', '-size'] as const;
const message = '$property must be a time like 2026-11-20T12:00:00Z';

/** Which assets to list, and how. */
export class ListAssetsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'thermostat' })
  @IsOptional()
  @IsText({ max: 100 })
  q?: string;

  @ApiPropertyOptional({ description: 'Only images of ESP32s, or only other files.', example: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  firmware?: boolean;

  @ApiPropertyOptional({ description: 'Only images of this ESP-IDF project.', example: 'thermostat' })
  @IsOptional()
  @IsText({ max: 32 })
  project?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was uploaded at this time or later.' })
  @IsOptional()
  @IsRFC3339({ message })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was uploaded before this time.' })
  @IsOptional()
  @IsRFC3339({ message })
  to?: string;

  @ApiPropertyOptional({ enum: sorts, default: '-uploaded_at' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = '-uploaded_at';
}
