import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';
import { PageQuery } from './page.query.js';

/** Which part of a history is wanted: after a cursor, or, near its newest end, after so many entries. */
export class CursorQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Where the last answer ended, as its Link header said.' })
  @IsOptional()
  @Matches(/^[\w.~-]+$/, { message: 'cursor must be as the Link header said' })
  @MaxLength(512)
  cursor?: string;

  @ApiPropertyOptional({ description: 'How many entries are left out first.', default: 0, minimum: 0, maximum: 10_000 })
  // All of the inherited checks again: class-validator takes one here for the only one.
  @IsInt()
  @Min(0)
  @Max(10_000)
  declare skip: number;

  @ApiPropertyOptional({ description: 'Whether the answer says how many entries there are.', default: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  count: boolean = false;
}
