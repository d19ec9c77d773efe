import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

export const defaultLimit = 100;
export const maxLimit = 1000;

/** Which part of a list is wanted. Lists with filters extend it. */
export class PageQuery {
  @ApiPropertyOptional({ description: 'How many entries are left out first.', default: 0, minimum: 0 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  skip: number = 0;

  @ApiPropertyOptional({
    description: 'The most entries of one answer.',
    default: defaultLimit,
    minimum: 1,
    maximum: maxLimit,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxLimit)
  limit: number = defaultLimit;
}
