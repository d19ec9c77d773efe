import { ApiProperty } from '@nestjs/swagger';
import type { DestinationSummary } from './destination-summary.service.js';

/** How the deliveries of one destination stand. */
export class DestinationSummaryResponse {
  @ApiProperty({ description: 'Counted to 100,000.', example: 3 })
  waiting: number;

  @ApiProperty({ description: 'Counted to 100,000; can be replayed.', example: 0 })
  failed: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null where none waits, or where all wait until somebody resumes or enables.',
  })
  next_attempt_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when nothing succeeded.' })
  failing_since: string | null;

  @ApiProperty({
    enum: ['gone', 'failing'],
    nullable: true,
    description: 'Why it is disabled when nobody did: the other side said 410, or did nothing but fail for 120 hours.',
  })
  disabled_reason: string | null;

  constructor({ waiting, failed, nextAttemptAt, failingSince, disabledReason }: DestinationSummary) {
    this.waiting = waiting;
    this.failed = failed;
    this.next_attempt_at = nextAttemptAt?.toISOString() ?? null;
    this.failing_since = failingSince?.toISOString() ?? null;
    this.disabled_reason = disabledReason;
  }
}
