import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { maxDepth } from '../../place-tree.js';

/** Which part of the tree, and how far down. */
export class PlaceTreeQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only this place and what is below it; else all from the top.' })
  @IsOptional()
  @IsUUID('all')
  root?: string;

  @ApiPropertyOptional({
    description: 'How many levels are shown. What is left out is still counted.',
    minimum: 1,
    maximum: maxDepth,
    default: maxDepth,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxDepth)
  depth: number = maxDepth;
}
