import { ApiProperty } from '@nestjs/swagger';
import type { DestinationSummary } from '../../runs/deliveries/accounting/destination-summary.service.js';
import type { IntegrationRow } from '../integrations.repository.js';
import { IntegrationResponse } from './integration.response.js';

/** How the deliveries of one integration stand. */
export class IntegrationDeliveriesResponse {
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
    description: 'Why it is disabled when nobody did: the endpoint said 410, or did nothing but fail for 120 hours.',
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

/** One integration with how its deliveries stand. */
export class IntegrationDetailResponse extends IntegrationResponse {
  @ApiProperty({ type: IntegrationDeliveriesResponse, readOnly: true })
  deliveries: IntegrationDeliveriesResponse;

  constructor(integration: IntegrationRow, summary: DestinationSummary) {
    super(integration);
    this.deliveries = new IntegrationDeliveriesResponse(summary);
  }
}
