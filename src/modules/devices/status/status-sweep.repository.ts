import { Injectable } from '@nestjs/common';
import { RowsParameter } from '../../../core/database/rows-parameter.js';
import type { Tx } from '../../../core/database/tx.js';
import type { DeviceStatus } from '../device-state.entity.js';
import { effectiveInterval, joinProfile } from '../profiles/effective-interval.sql.js';
import type { Verdict } from './lateness.rules.js';

/** A device that is due, locked. */
export interface DueDevice {
  id: string;
  tenantId: string;
  status: DeviceStatus;
  lastSeenAt: Date | null;
}

const verdicts = new RowsParameter<'id' | 'status' | 'check_at'>(
  'v',
  [
    ['id', 'uuid'],
    ['status', 'text'],
    ['check_at', 'timestamptz'],
  ],
  1,
);

/** The sweeper's queries: it walks the index of check_at, and waits for nobody. */
@Injectable()
export class StatusSweepRepository {
  /**
   * Rows that a message, an edit or another sweeper holds are left for the next time: whoever holds device rows and never
   * waits for one cannot be part of a deadlock.
   */
  async lockDue(tx: Tx, now: Date, limit: number): Promise<DueDevice[]> {
    return tx.query<DueDevice>(
      `SELECT s.device_id AS id, s.tenant_id AS "tenantId", s.status, s.last_seen_at AS "lastSeenAt"
       FROM device_state s
       WHERE s.device_id IN (SELECT device_id FROM device_state WHERE check_at <= $1 ORDER BY check_at LIMIT $2)
         AND s.check_at <= $1
       ORDER BY s.device_id FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
  }

  /** Asked after the lock was taken: an edit that came before it is seen, a later one waits for us. */
  async expectedMinutes(tx: Tx, ids: readonly string[]): Promise<Map<string, number | null>> {
    const rows = await tx.query<{ id: string; minutes: number | null }>(
      `SELECT d.id, ${effectiveInterval('d', 'p')} AS minutes FROM devices d ${joinProfile('d', 'p')}
       WHERE d.id = ANY ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map(({ id, minutes }) => [id, minutes]));
  }

  async save(tx: Tx, judged: readonly { id: string; verdict: Verdict }[]): Promise<void> {
    await tx.query(
      `UPDATE device_state s SET status = v.status, check_at = v.check_at FROM ${verdicts.sql} WHERE s.device_id = v.id`,
      verdicts.values(judged.map(({ id, verdict }) => ({ id, status: verdict.status, check_at: verdict.checkAt }))),
    );
  }
}
