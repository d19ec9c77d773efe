import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { HistoryQuery } from '../../../../core/http/paging/history.query.js';

export const stepStatuses = ['success', 'filtered', 'error'] as const;
export type StepStatus = (typeof stepStatuses)[number];

/** Which executions of functions to list. */
export class ListFunctionHistoryQuery extends HistoryQuery {
  @ApiPropertyOptional({ enum: stepStatuses })
  @IsOptional()
  @IsIn(stepStatuses)
  status?: StepStatus;
}
