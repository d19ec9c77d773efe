import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, inSameDays, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListFunctionHistoryQuery, StepStatus } from './dto/list-function-history.query.js';
import type { LogLine, StepError } from './dto/step-outcome.response.js';

/** One function that ran on one message. */
export interface FunctionHistoryRow {
  run_id: string;
  seq: number;
  input_seq: number;
  node_id: string;
  entity_id: string;
  entity_version: number;
  function_name: string | null;
  flow_id: string | null;
  flow_name: string | null;
  status: StepStatus;
  started_at: Date;
  duration_us: number;
  /** Packed. */
  output: Buffer | null;
  logs: LogLine[] | null;
  error: StepError | null;
}

/** Reads what functions did, newest first: by (run_id, seq), along the primary key or the index of one function. */
@Injectable()
export class FunctionHistoryRepository {
  constructor(private readonly pool: HotPool) {}

  async list(
    tenant: Tenant,
    functionId: string | null,
    query: ListFunctionHistoryQuery,
    { range, skip, limit }: HistorySlice,
  ): Promise<FunctionHistoryRow[]> {
    const where = conditionsOf(tenant, functionId, query.status, range);
    return this.pool.query<FunctionHistoryRow>(
      `SELECT s.run_id, s.seq, s.input_seq, s.node_id, s.entity_id, s.entity_version, f.name AS function_name,
         r.flow_id, w.name AS flow_name, s.status, s.started_at, s.duration_us, s.output, s.logs, s.error
       FROM (SELECT * FROM flow_steps WHERE ${where.sql}
             ORDER BY run_id DESC, seq DESC LIMIT ${limit} OFFSET ${skip}) s
         LEFT JOIN LATERAL (
           SELECT flow_id FROM flow_runs
           WHERE tenant_id = s.tenant_id AND id = s.run_id AND ${inSameDays('id')} LIMIT 1
         ) r ON true
         LEFT JOIN functions f ON f.tenant_id = s.tenant_id AND f.id = s.entity_id
         LEFT JOIN flows w ON w.tenant_id = s.tenant_id AND w.id = r.flow_id
       ORDER BY s.run_id DESC, s.seq DESC`,
      where.values,
    );
  }

  async count(tenant: Tenant, functionId: string | null, query: ListFunctionHistoryQuery): Promise<number> {
    const where = conditionsOf(tenant, functionId, query.status, wholeRangeOf(query));
    return cappedCount(this.pool, `SELECT 1 FROM flow_steps WHERE ${where.sql}`, where.values);
  }
}

function conditionsOf(
  tenant: Tenant,
  functionId: string | null,
  status: StepStatus | undefined,
  range: HistoryRange,
): Conditions {
  const where = withinRange(tenant, range, 'run_id', 'seq').andThat(`type = 'function'`);
  if (functionId !== null) where.and(functionId, (p) => `entity_id = ${p}`);
  if (status !== undefined) where.and(status, (p) => `status = ${p}`);
  return where;
}
