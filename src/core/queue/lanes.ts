import { Injectable } from '@nestjs/common';
import { Changes } from '../changes/changes.js';
import type { Tx } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';

/** `events`: one lane a tenant, of the tenant's id. `deliveries`: one lane a destination, of the integration's id. */
export type LaneKind = 'events' | 'deliveries';

/** What its owner lets through a lane. */
export interface LaneGate {
  disabled?: boolean;
  /** Why it is disabled, when that was nobody's wish. */
  disabledReason?: string | null;
  maxInFlight?: number | null;
  ratePerSecond?: number | null;
}

/**
 * Makes and gates lanes: a job waits while its lane is disabled, paused or blocked, and costs the other lanes nothing.
 * Every process hears of it within a second, as the change `lane`.
 *
 * A block is the breaker's. Where its time has run out it still stands, and the claim lets one job through as a probe;
 * only `unblock` opens the lane to all.
 */
@Injectable()
export class Lanes {
  constructor(private readonly changes: Changes) {}

  /** `id` is the subject's own: the tenant's or the destination's. */
  async create(tx: Tx, tenant: Tenant, id: string, kind: LaneKind, gate: LaneGate = {}): Promise<void> {
    await tx.query(
      `INSERT INTO lanes (id, tenant_id, kind, disabled, max_in_flight, rate_per_second) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, tenant.id, kind, gate.disabled ?? false, gate.maxInFlight ?? null, gate.ratePerSecond ?? null],
    );
  }

  /** An edited destination may be another one: what was learnt of it is forgotten. */
  async gate(tx: Tx, tenant: Tenant, id: string, gate: LaneGate): Promise<void> {
    await this.update(
      tx,
      tenant,
      id,
      `disabled = $3, disabled_reason = CASE WHEN $3 THEN $4 END, max_in_flight = $5, rate_per_second = $6,
       blocked_until = NULL, blocked_reason = NULL, failed_probes = 0, failing_since = NULL`,
      'true',
      [gate.disabled ?? false, gate.disabledReason ?? null, gate.maxInFlight ?? null, gate.ratePerSecond ?? null],
    );
  }

  /** By a person, until the same or another person resumes. */
  async pause(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    return this.update(tx, tenant, id, 'paused = true', 'NOT paused');
  }

  /** Whatever blocked it as well gets a new chance. */
  async resume(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    const opened =
      'paused = false, blocked_until = NULL, blocked_reason = NULL, failed_probes = 0, failing_since = NULL';
    return this.update(tx, tenant, id, opened, 'paused OR blocked_reason IS NOT NULL');
  }

  /** False: it was blocked already. */
  async block(tx: Tx, tenant: Tenant, id: string, reason: string, forMs: number): Promise<boolean> {
    const blocked = `blocked_until = now() + $3 * interval '1 millisecond', blocked_reason = $4, failed_probes = 0`;
    return this.update(tx, tenant, id, blocked, 'blocked_reason IS NULL', [forMs, reason]);
  }

  /** A probe has ended and did not open the lane; the next one comes after `forMs`. */
  async blockOn(tx: Tx, tenant: Tenant, id: string, failedProbes: number, forMs: number): Promise<boolean> {
    const longer = `blocked_until = now() + $3 * interval '1 millisecond', failed_probes = $4`;
    return this.update(tx, tenant, id, longer, 'blocked_reason IS NOT NULL', [forMs, failedProbes]);
  }

  async unblock(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    const open = 'blocked_until = NULL, blocked_reason = NULL, failed_probes = 0';
    return this.update(tx, tenant, id, open, 'blocked_reason IS NOT NULL');
  }

  /** The first failure after a success; the time of a later one is not kept. */
  async noteFailing(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    return this.update(tx, tenant, id, 'failing_since = now()', 'failing_since IS NULL');
  }

  /** A success: nothing of its failures is remembered. */
  async noteWorking(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    return this.update(
      tx,
      tenant,
      id,
      'blocked_until = NULL, blocked_reason = NULL, failed_probes = 0, failing_since = NULL',
      'blocked_reason IS NOT NULL OR failing_since IS NOT NULL',
    );
  }

  /** Tells the other processes only what really changed. */
  private async update(
    tx: Tx,
    tenant: Tenant,
    id: string,
    assignments: string,
    condition: string,
    values: readonly unknown[] = [],
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE lanes SET ${assignments} WHERE tenant_id = $1 AND id = $2 AND (${condition}) RETURNING id`,
      [tenant.id, id, ...values],
    );
    if (rows.length > 0) await this.changes.record(tx, tenant, 'lane', id);
    return rows.length > 0;
  }
}
