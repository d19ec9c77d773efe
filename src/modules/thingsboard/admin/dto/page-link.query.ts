import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

const sortProperties = ['createdTime', 'name'] as const;
const sortOrders = ['ASC', 'DESC'] as const;
type SortProperty = (typeof sortProperties)[number];
type SortOrder = (typeof sortOrders)[number];

/** Which part of a list ThingsBoard's clients want. */
export class PageLinkQuery {
  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 1_000 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  pageSize: number = 100;

  @ApiPropertyOptional({ description: 'From 0.', default: 0, minimum: 0 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  page: number = 0;

  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'gateway' })
  @IsOptional()
  @IsText({ min: 0, max: 200 })
  textSearch?: string;

  @ApiPropertyOptional({ enum: sortProperties, default: 'createdTime' })
  @IsOptional()
  @IsIn(sortProperties)
  sortProperty: SortProperty = 'createdTime';

  @ApiPropertyOptional({ enum: sortOrders, default: 'DESC' })
  @IsOptional()
  @IsIn(sortOrders)
  sortOrder: SortOrder = 'DESC';
}
