import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { EnvelopeDevice } from '../../devices/journal/envelope/envelope.contract.js';

/** Names what came into a step or a delivery: the output of its run's step `input_seq`; 0 is the envelope. */
export interface InputKey {
  run_id: string;
  input_seq: number;
}

/** What a run's envelope is made of. */
export interface RunOrigin {
  run_id: string;
  event_id: string;
  context: EnvelopeDevice;
}

interface OutputRow {
  run_id: string;
  seq: number;
  output: Buffer | null;
}

/*
 * LIMIT 1 keeps each look-up one of its own, through the one partition that its id says: joined freely, PostgreSQL may
 * read whole partitions to match a page's rows. The lowest and the highest id spare it the planning of all partitions
 * beyond them.
 */

const outputsSql = `
  SELECT g.run_id, g.seq, s.output
  FROM unnest($2::uuid[], $5::smallint[]) AS g (run_id, seq) CROSS JOIN LATERAL (
    SELECT output FROM flow_steps
    WHERE tenant_id = $1 AND run_id = g.run_id AND run_id BETWEEN $3 AND $4 AND seq = g.seq LIMIT 1
  ) s`;

const originsSql = `
  SELECT g.run_id, r.event_id, c.context
  FROM unnest($2::uuid[]) AS g (run_id) CROSS JOIN LATERAL (
    SELECT event_id, context_id FROM flow_runs WHERE tenant_id = $1 AND id = g.run_id AND id BETWEEN $3 AND $4 LIMIT 1
  ) r CROSS JOIN LATERAL (
    SELECT context FROM device_contexts WHERE tenant_id = $1 AND id = r.context_id LIMIT 1
  ) c`;

/** Reads what the inputs of a whole page are made of, in one query per kind. */
@Injectable()
export class RunInputsRepository {
  constructor(private readonly pool: HotPool) {}

  async outputs(tenant: Tenant, keys: readonly InputKey[]): Promise<OutputRow[]> {
    if (keys.length === 0) return [];
    const runIds = keys.map((key) => key.run_id);
    const values = [tenant.id, runIds, ...boundsOf(runIds), keys.map((key) => key.input_seq)];
    return this.pool.query<OutputRow>(outputsSql, values);
  }

  async origins(tenant: Tenant, runIds: readonly string[]): Promise<RunOrigin[]> {
    if (runIds.length === 0) return [];
    return this.pool.query<RunOrigin>(originsSql, [tenant.id, runIds, ...boundsOf(runIds)]);
  }
}

function boundsOf(ids: readonly string[]): [lowest: string | undefined, highest: string | undefined] {
  const sorted = ids.toSorted();
  return [sorted[0], sorted.at(-1)];
}
