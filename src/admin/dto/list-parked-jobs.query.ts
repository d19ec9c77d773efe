import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { CursorQuery } from '../../core/http/paging/cursor.query.js';
import { parkedReasons, type ParkedReason } from '../../core/queue/parked-job.js';

/** Which parked jobs are wanted. */
export class ListParkedJobsQuery extends CursorQuery {
  @ApiPropertyOptional({ enum: parkedReasons, default: 'crash_loop', description: 'Why they are parked.' })
  @IsIn(parkedReasons)
  state: ParkedReason = 'crash_loop';
}
