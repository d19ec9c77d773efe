import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { searchLists, type SearchList } from '../search-type.js';

/** What is looked for, and among what. */
export class SearchQuery {
  @ApiProperty({ example: 'greenhouse north', maxLength: 200 })
  @IsText({ max: 200 })
  query!: string;

  @ApiPropertyOptional({
    enum: searchLists,
    isArray: true,
    description: 'Only these, with commas between them.',
    example: ['devices', 'labels'],
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => listOf(value))
  @IsIn(searchLists, { each: true, message: `each must be one of ${searchLists.join(', ')}` })
  resource_types?: SearchList[];

  @ApiPropertyOptional({ description: 'The most hits of each type.', default: 10, minimum: 1, maximum: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 10;
}

/** Both ways to write a list in a query: with commas, and one parameter for each. */
function listOf(value: unknown): unknown {
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return [
    ...new Set(
      parts.flatMap((part): unknown[] =>
        typeof part === 'string' ? part.split(',').map((one) => one.trim()) : [part],
      ),
    ),
  ];
}
