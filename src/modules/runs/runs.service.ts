import { Injectable } from '@nestjs/common';
import { HotPool } from '../../core/database/hot-pool.js';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** What the steps of a run need to know of it. */
export interface RunIdentity {
  id: string;
  flowId: string;
  flowVersion: number;
  eventId: string;
}

/** Finds runs for those who go on with them. Histories for people are in histories/. */
@Injectable()
export class RunsService {
  constructor(private readonly pool: HotPool) {}

  /** Null: no such run in the tenant, or its day is past retention. */
  async find(tenant: Tenant, runId: string): Promise<RunIdentity | null> {
    const rows = await this.pool.named<RunIdentity>(
      'run-find',
      `SELECT id, flow_id AS "flowId", flow_version AS "flowVersion", event_id AS "eventId"
       FROM flow_runs WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, runId],
    );
    return rows[0] ?? null;
  }
}
