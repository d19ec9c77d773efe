import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DestinationType } from '../channels/channels.service.js';
import type { Attempt } from '../completion/results.contract.js';

/** A delivery that waits for its next attempt. */
export interface WaitingDelivery {
  id: string;
  tenant_id: string;
  run_id: string;
  flow_id: string;
  /** Null: its run is past retention. */
  device_id: string | null;
  destination_id: string;
  destination_type: DestinationType;
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
      `SELECT w.id, w.tenant_id, w.run_id, w.flow_id, w.destination_id, d.type AS destination_type, w.created_at,
         r.device_id, w.seq, w.input_seq, w.continues, w.node_id, w.payload, w.attempts, w.attempts_before
       FROM waiting_deliveries w JOIN destinations d ON d.tenant_id = w.tenant_id AND d.id = w.destination_id
         LEFT JOIN flow_runs r ON r.tenant_id = w.tenant_id AND r.id = w.run_id
       WHERE w.tenant_id = $1 AND w.id = $2`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }
}
