import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const most = 2 ** 31 - 1;

/** Which two revisions to compare. */
export class ConfigDiffQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: most,
    description: 'Else the one before `to`; 0 is when there was nothing yet.',
    example: 2,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(most)
  from?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: most, description: 'Else the one that counts.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(most)
  to?: number;
}
