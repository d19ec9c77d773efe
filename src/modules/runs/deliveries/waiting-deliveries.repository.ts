import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Attempt } from '../completion/results.contract.js';

/** A delivery that waits for its next attempt. */
export interface WaitingDelivery {
  id: string;
  tenant_id: string;
  run_id: string;
  flow_id: string;
  integration_id: string;
  created_at: Date;
  seq: number;
  input_seq: number;
  continues: boolean;
  node_id: string;
  payload: Buffer;
  attempts: Attempt[];
  /** How many of them were made before it was replayed. */
  attempts_before: number;
}

/** Reads deliveries that wait; they are written by the completion statement alone. */
@Injectable()
export class WaitingDeliveriesRepository {
  constructor(private readonly pool: HotPool) {}

  async find(tenant: Tenant, id: string): Promise<WaitingDelivery | null> {
    const rows = await this.pool.named<WaitingDelivery>(
      'waiting-delivery',
      `SELECT id, tenant_id, run_id, flow_id, integration_id, created_at, seq, input_seq, continues, node_id, payload,
         attempts, attempts_before
       FROM waiting_deliveries WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }
}
