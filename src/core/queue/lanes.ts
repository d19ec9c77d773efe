import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';

/** `events`: one lane a tenant, of the tenant's id. `deliveries`: one lane a destination, of the integration's id. */
export type LaneKind = 'events' | 'deliveries';

/** What gates the claiming of one lane's jobs. */
export interface LaneGate {
  disabled?: boolean;
  maxInFlight?: number | null;
  ratePerSecond?: number | null;
}

/** Makes and gates lanes: a job waits while its lane is disabled or blocked, and costs the other lanes nothing. */
@Injectable()
export class Lanes {
  /** `id` is the subject's own: the tenant's or the destination's. */
  async create(tx: Tx, tenant: Tenant, id: string, kind: LaneKind, gate: LaneGate = {}): Promise<void> {
    await tx.query(
      `INSERT INTO lanes (id, tenant_id, kind, disabled, max_in_flight, rate_per_second) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, tenant.id, kind, gate.disabled ?? false, gate.maxInFlight ?? null, gate.ratePerSecond ?? null],
    );
  }

  async gate(tx: Tx, tenant: Tenant, id: string, gate: Required<LaneGate>): Promise<void> {
    await tx.query(
      `UPDATE lanes SET disabled = $3, max_in_flight = $4, rate_per_second = $5 WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, id, gate.disabled, gate.maxInFlight, gate.ratePerSecond],
    );
  }
}
