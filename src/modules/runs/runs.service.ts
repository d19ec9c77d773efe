import { Injectable } from '@nestjs/common';
import { HotPool } from '../../core/database/hot-pool.js';
import { idFloor, timeOf } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { RunNotFound } from './histories/history.errors.js';

/** What the steps of a run need to know of it. */
export interface RunIdentity {
  id: string;
  flowId: string;
  flowVersion: number;
  eventId: string;
  deviceId: string;
}

/** A run, as far as it takes to repeat it. */
export interface RunOrigin extends RunIdentity {
  contextId: string;
  triggerSource: string;
}

/** Finds runs for those who go on with them. Histories for people are in histories/. */
@Injectable()
export class RunsService {
  constructor(private readonly pool: HotPool) {}

  /** Null: no such run in the tenant, or its day is past retention. */
  async find(tenant: Tenant, runId: string): Promise<RunIdentity | null> {
    const rows = await this.pool.named<RunIdentity>(
      'run-find',
      `SELECT id, flow_id AS "flowId", flow_version AS "flowVersion", event_id AS "eventId",
         device_id AS "deviceId"
       FROM flow_runs WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, runId],
    );
    return rows[0] ?? null;
  }

  /** Throws RunNotFound: the flow has no such run, or its day is past retention. */
  async getOrigin(tenant: Tenant, flowId: string, runId: string): Promise<RunOrigin> {
    const [origin] = await this.pool.query<RunOrigin>(
      `SELECT id, flow_id AS "flowId", flow_version AS "flowVersion", event_id AS "eventId", device_id AS "deviceId",
         context_id AS "contextId", trigger_source AS "triggerSource"
       FROM flow_runs WHERE tenant_id = $1 AND id = $2 AND flow_id = $3`,
      [tenant.id, runId, flowId],
    );
    if (origin === undefined) throw new RunNotFound();
    return origin;
  }

  /** One more than the repetitions of this event in this flow, also those that are still to be made. */
  async nextReplayNumber(tenant: Tenant, { flowId, eventId }: RunIdentity): Promise<number> {
    const ms = timeOf(eventId);
    const [row] = await this.pool.query<{ next: number }>(
      `SELECT 1 + GREATEST(
         (SELECT COALESCE(max(replay_number), 0) FROM flow_runs
          WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND flow_id = $4 AND event_id = $5),
         (SELECT COALESCE(max((payload ->> 'replay_number')::int), 0) FROM jobs
          WHERE kind = 'replay-run' AND id >= $2 AND id < $3 AND tenant_id = $1
            AND payload ->> 'flow_id' = $4::text AND payload ->> 'event_id' = $5::text)) AS next`,
      [tenant.id, idFloor(ms), idFloor(ms + 1), flowId, eventId],
    );
    return row?.next ?? 1;
  }
}
