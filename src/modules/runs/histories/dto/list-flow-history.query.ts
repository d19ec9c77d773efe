import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { HistoryQuery } from '../../../../core/http/paging/history.query.js';

export const runStatuses = ['running', 'success', 'partial_success', 'error'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Which flow runs to list. */
export class ListFlowHistoryQuery extends HistoryQuery {
  @ApiPropertyOptional({ enum: runStatuses })
  @IsOptional()
  @IsIn(runStatuses)
  status?: RunStatus;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only runs of this device’s events.' })
  @IsOptional()
  @IsUUID('all')
  device_id?: string;
}
