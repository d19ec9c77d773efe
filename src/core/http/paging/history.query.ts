import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsRFC3339 } from 'class-validator';
import { CursorQuery } from './cursor.query.js';

const message = '$property must be a time like 2026-11-20T12:00:00Z';

/** Which part of a history is wanted, by the time at which its events were received. */
export class HistoryQuery extends CursorQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was received at this time or later.' })
  @IsOptional()
  @IsRFC3339({ message })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was received before this time.' })
  @IsOptional()
  @IsRFC3339({ message })
  to?: string;
}
