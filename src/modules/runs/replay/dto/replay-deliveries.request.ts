import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsRFC3339 } from 'class-validator';
import { finishedStatuses, type FinishedStatus } from '../replay.js';

const message = '$property must be a time like 2026-11-20T12:00:00Z';

/** Which deliveries are made again: those that failed, or those of a time. */
export class ReplayDeliveriesRequest {
  @ApiPropertyOptional({ description: 'Those that failed. Without it, `from` must be there.', example: true })
  @IsOptional()
  @IsBoolean()
  failed?: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only messages that were received at this time or later.' })
  @IsOptional()
  @IsRFC3339({ message })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only messages that were received before; by default now.' })
  @IsOptional()
  @IsRFC3339({ message })
  to?: string;

  @ApiPropertyOptional({ enum: finishedStatuses, description: 'Of a time, only these; by default both.' })
  @IsOptional()
  @IsIn(finishedStatuses)
  status?: FinishedStatus;
}
