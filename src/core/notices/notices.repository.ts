import { Injectable } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import type { Tx } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';
import type { NoticeKind } from './notice.js';

/** A notice that this process is about to send. */
export interface ClaimedNotice {
  tenantId: string;
  /** The tenant's slug. */
  tenant: string;
  kind: NoticeKind;
  filename: string;
  /** Counts how often it was owed anew: only what was sent may be forgotten. */
  generation: string;
}

/** Longer than any attempt; whoever dies while it sends leaves its notices to others after that. */
const claimSeconds = 30;
const claimAtMost = 200;

/** All queries on notices that are owed. */
@Injectable()
export class NoticesRepository {
  constructor(private readonly pool: HotPool) {}

  async owe(tx: Tx, tenant: Tenant, kind: NoticeKind, filenames: readonly string[]): Promise<void> {
    await tx.query(
      `INSERT INTO notices (tenant_id, kind, filename) SELECT $1, $2, filename FROM unnest($3::text[]) AS filename
       ORDER BY filename
       ON CONFLICT (tenant_id, kind, filename)
       DO UPDATE SET generation = notices.generation + 1, claimed_until = '-infinity'`,
      [tenant.id, kind, [...new Set(filenames)]],
    );
  }

  /** Oldest first, for this process alone. */
  async claim(): Promise<ClaimedNotice[]> {
    return this.pool.query<ClaimedNotice>(
      `WITH due AS (
         SELECT tenant_id, kind, filename FROM notices WHERE claimed_until < now()
         ORDER BY owed_since LIMIT ${claimAtMost.toString()} FOR UPDATE SKIP LOCKED
       )
       UPDATE notices n SET claimed_until = now() + interval '${claimSeconds.toString()} s'
       FROM due JOIN tenants t ON t.id = due.tenant_id
       WHERE n.tenant_id = due.tenant_id AND n.kind = due.kind AND n.filename = due.filename
       RETURNING n.tenant_id AS "tenantId", t.slug AS tenant, n.kind, n.filename, n.generation::text`,
    );
  }

  /** Those that were owed anew meanwhile stay owed. */
  async settle(sent: readonly ClaimedNotice[]): Promise<void> {
    await this.forEach(sent, (rows) => `DELETE FROM notices n USING ${rows}`);
  }

  /** Could not be sent now: they may be claimed again. */
  async giveBack(unsent: readonly ClaimedNotice[]): Promise<void> {
    await this.forEach(unsent, (rows) => `UPDATE notices n SET claimed_until = '-infinity' FROM ${rows}`);
  }

  private async forEach(notices: readonly ClaimedNotice[], statement: (rows: string) => string): Promise<void> {
    if (notices.length === 0) return;
    const rows =
      'unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS c (tenant_id, kind, filename, generation)';
    await this.pool.query(
      `${statement(rows)} WHERE n.tenant_id = c.tenant_id AND n.kind = c.kind AND n.filename = c.filename
         AND n.generation = c.generation`,
      [
        notices.map(({ tenantId }) => tenantId),
        notices.map(({ kind }) => kind),
        notices.map(({ filename }) => filename),
        notices.map(({ generation }) => generation),
      ],
    );
  }
}
