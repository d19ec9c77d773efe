import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { laneHealths, type LaneHealth } from '../../../core/queue/lane-health.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { integrationTypes, type IntegrationType } from '../config/integration-config.js';

const sorts = ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'] as const;
const statuses = ['active', 'inactive'] as const;

/** Which integrations to list, and how. */
export class ListIntegrationsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'alert' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ enum: integrationTypes })
  @IsOptional()
  @IsIn(integrationTypes)
  type?: IntegrationType;

  @ApiPropertyOptional({ enum: statuses })
  @IsOptional()
  @IsIn(statuses)
  status?: (typeof statuses)[number];

  @ApiPropertyOptional({
    description: 'Only those whose name or description contains this, without case.',
    example: 'cold',
  })
  @IsOptional()
  @IsText({ max: 200 })
  q?: string;

  @ApiPropertyOptional({ enum: laneHealths })
  @IsOptional()
  @IsIn(laneHealths)
  health?: LaneHealth;

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
