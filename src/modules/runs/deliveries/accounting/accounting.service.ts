import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { idFloor } from '../../../../core/ids/uuid-v7.js';

/**
 * The books of deliveries whose messages were received in some time:
 *
 *     made = delivered + failed + waiting          (each id in exactly one of them)
 *     pending paths of the runs = waiting + continuations
 *
 * `faults` counts what breaks either; it is 0 at every moment.
 */
export interface Accounting {
  made: number;
  delivered: number;
  failed: number;
  waiting: number;
  /** Steps after a delivery that had to wait, still to be run. */
  continuations: number;
  /** What the runs count as not yet ended. */
  pending: number;
  faults: number;
}

/** What keeps waiting deliveries from being delivered, each counted under the first that holds. */
export interface WaitingAccounts {
  in_flight: number;
  disabled: number;
  paused: number;
  blocked: number;
  /** Only its time, or a free place at its destination. */
  scheduled: number;
}

// Tenant by tenant, since that is how the keys begin: what is read is what was received in that time, however much
// there is else. The ids of runs, deliveries and continuations all carry the millisecond of their event.
const accountsSql = `
  SELECT COALESCE(sum(delivered), 0)::int AS delivered, COALESCE(sum(failed), 0)::int AS failed,
    COALESCE(sum(waiting), 0)::int AS waiting, COALESCE(sum(pending), 0)::int AS pending,
    COALESCE(sum(twice), 0)::int AS twice, COALESCE(sum(jobless), 0)::int AS jobless,
    (SELECT count(*)::int FROM jobs WHERE kind = 'continue-run' AND id >= $1 AND id < $2) AS continuations
  FROM tenants t CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status = 'delivered') AS delivered, count(*) FILTER (WHERE status = 'failed') AS failed
    FROM deliveries WHERE tenant_id = t.id AND id >= $1 AND id < $2
  ) ended CROSS JOIN LATERAL (
    SELECT count(*) AS waiting,
      count(*) FILTER (WHERE EXISTS (SELECT FROM deliveries d WHERE d.tenant_id = t.id AND d.id = w.id)) AS twice,
      count(*) FILTER (WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.id = w.id)) AS jobless
    FROM waiting_deliveries w WHERE w.tenant_id = t.id AND w.id >= $1 AND w.id < $2
  ) waits CROSS JOIN LATERAL (
    SELECT COALESCE(sum(r.pending), 0) AS pending FROM flow_runs r WHERE r.tenant_id = t.id AND r.id >= $1 AND r.id < $2
  ) counted`;

const waitingSql = `
  SELECT count(*) FILTER (WHERE held_by = 'in_flight')::int AS in_flight,
    count(*) FILTER (WHERE held_by = 'disabled')::int AS disabled,
    count(*) FILTER (WHERE held_by = 'paused')::int AS paused,
    count(*) FILTER (WHERE held_by = 'blocked')::int AS blocked,
    count(*) FILTER (WHERE held_by = 'scheduled')::int AS scheduled
  FROM (
    SELECT CASE WHEN j.lease_token IS NOT NULL THEN 'in_flight' WHEN l.disabled THEN 'disabled' WHEN l.paused THEN 'paused'
                WHEN l.blocked_reason IS NOT NULL THEN 'blocked' ELSE 'scheduled' END AS held_by
    FROM jobs j JOIN lanes l ON l.id = j.lane_id WHERE l.kind = 'deliveries' AND j.kind = 'deliver'
  ) held`;

interface AccountsRow extends Omit<Accounting, 'made' | 'faults'> {
  /** Waiting and ended at once. */
  twice: number;
  /** Waiting with no job that would make the next attempt. */
  jobless: number;
}

const nothing: AccountsRow = {
  ...{ delivered: 0, failed: 0, waiting: 0, continuations: 0, pending: 0, twice: 0, jobless: 0 },
};

/** Balances the books of deliveries by counting rows, in one moment each. */
@Injectable()
export class AccountingService {
  constructor(private readonly pool: HotPool) {}

  async take(fromMs: number, toMs: number): Promise<Accounting> {
    const [row = nothing] = await this.pool.query<AccountsRow>(accountsSql, [idFloor(fromMs), idFloor(toMs)]);
    const { twice, jobless, ...counted } = row;
    const unexplained = Math.abs(counted.pending - counted.waiting - counted.continuations);
    return {
      ...counted,
      made: counted.delivered + counted.failed + counted.waiting - twice,
      faults: twice + jobless + unexplained,
    };
  }

  /** The oldest living worker keeps the books, so that there is one. */
  async isKeptBy(workerId: string): Promise<boolean> {
    const [oldest] = await this.pool.query<{ id: string }>(
      'SELECT id FROM workers WHERE lease_until > now() ORDER BY id LIMIT 1',
    );
    return oldest?.id === workerId;
  }

  async waiting(): Promise<WaitingAccounts> {
    const [row] = await this.pool.query<WaitingAccounts>(waitingSql);
    return row ?? { in_flight: 0, disabled: 0, paused: 0, blocked: 0, scheduled: 0 };
  }
}
