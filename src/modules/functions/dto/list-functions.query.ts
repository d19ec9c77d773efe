import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { functionStatuses, type FunctionStatus } from '../function.rules.js';

const sorts = ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'] as const;

/** Which functions to list, and how. */
export class ListFunctionsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'fahrenheit' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({
    description: 'Only those whose name or description contains this, without case.',
    example: 'cold',
  })
  @IsOptional()
  @IsText({ max: 200 })
  q?: string;

  @ApiPropertyOptional({ enum: functionStatuses })
  @IsOptional()
  @IsIn(functionStatuses)
  status?: FunctionStatus;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
