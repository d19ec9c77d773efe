import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';

const sorts = ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'] as const;
const statuses = ['active', 'inactive'] as const;

/** Which flows to list, and how. */
export class ListFlowsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'cold' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ enum: statuses })
  @IsOptional()
  @IsIn(statuses)
  status?: (typeof statuses)[number];

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Only flows with a node that names this device, label, function or integration.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsUUID()
  entity_id?: string;

  @ApiPropertyOptional({
    description: 'Only those whose name or description contains this, without case.',
    example: 'cold',
  })
  @IsOptional()
  @IsText({ max: 200 })
  q?: string;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
