import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';

/** How deliveries to one destination stand. */
export interface DestinationSummary {
  /** Counted to 100,000. */
  waiting: number;
  failed: number;
  /** Null: none waits, or it is held until somebody lets it go. */
  nextAttemptAt: Date | null;
  failingSince: Date | null;
  /** Why it is disabled, when that was nobody's wish. */
  disabledReason: string | null;
}

const countLimit = 100_000;

const summarySql = `
  SELECT
    (SELECT count(*)::int FROM (
       SELECT FROM waiting_deliveries WHERE destination_id = l.id LIMIT ${countLimit}) w) AS waiting,
    (SELECT count(*)::int FROM (
       SELECT FROM deliveries WHERE destination_id = l.id AND status = 'failed' LIMIT ${countLimit}) f) AS failed,
    CASE WHEN NOT l.disabled AND NOT l.paused THEN GREATEST(
      (SELECT j.run_at FROM jobs j WHERE j.lane_id = l.id AND j.lease_token IS NULL AND j.parked_reason IS NULL AND j.crashes = 0
       ORDER BY j.run_at LIMIT 1),
      CASE WHEN EXISTS (SELECT FROM waiting_deliveries WHERE destination_id = l.id) THEN l.blocked_until END
    ) END AS "nextAttemptAt",
    l.failing_since AS "failingSince",
    l.disabled_reason AS "disabledReason"
  FROM lanes l WHERE l.tenant_id = $1 AND l.id = $2`;

/** Sums up, for people, how a destination's deliveries stand. */
@Injectable()
export class DestinationSummaryService {
  constructor(private readonly pool: HotPool) {}

  async of(tenant: Tenant, destinationId: string): Promise<DestinationSummary> {
    const [summary] = await this.pool.query<DestinationSummary>(summarySql, [tenant.id, destinationId]);
    return summary ?? { waiting: 0, failed: 0, nextAttemptAt: null, failingSince: null, disabledReason: null };
  }
}
