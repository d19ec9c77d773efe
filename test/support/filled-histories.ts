import { dayMs, partitionName } from '../../src/core/database/partitions/partition-days.rules.js';
import { derivedId, idFloor } from '../../src/core/ids/uuid-v7.js';
import { pack } from '../../src/core/packing/packed.js';
import type { TestDatabase } from './database.js';

const partitioned = ['device_events', 'decoded_values', 'flow_runs', 'flow_steps', 'deliveries', 'twin_changes'];
const firstDay = Date.UTC(2026, 5, 1);
const dayCount = 4;

/**
 * Four days of messages of two tenants. Each went through one flow: a function, then a delivery, a tenth of which
 * still wait; and each came with a report. A tenant has 25 devices, one label that all of them wear and two flows have a node of, and 5 of everything
 * else; what is odd is the first tenant's, what is even the second's.
 */
export const filled = {
  messages: 20_000,
  days: Array.from({ length: dayCount }, (_, day) => firstDay + day * dayMs),
  tenant: { id: idOf('tenant', 1) },
  deviceId: idOf('device', 1),
  flowId: idOf('flow', 1),
  functionId: idOf('function', 1),
  labelId: idOf('label', 1),
  integrationId: idOf('integration', 1),
  /** The run of message number `n`, from 0 on. */
  runId: (n: number) => derivedId(timeAt(n), 'run', n),
};

export async function fillHistories(database: TestDatabase): Promise<void> {
  for (const table of partitioned) {
    for (const day of filled.days) {
      await database.query(`CREATE TABLE ${partitionName(table, day)} PARTITION OF ${table}
        FOR VALUES FROM ('${idFloor(day)}') TO ('${idFloor(day + dayMs)}')`);
    }
  }
  await fillSubjects(database);
  await fillMessages(database);
  await database.query('ANALYZE');
}

async function fillSubjects(database: TestDatabase): Promise<void> {
  const insert = async (kind: string, count: number, sql: string) =>
    database.query(sql, [
      range(count).map((n) => idOf('tenant', n % 2)),
      range(count).map((n) => idOf(kind, n)),
      range(count).map((n) => `${kind} ${n}`),
    ]);
  const given = 'unnest($1::uuid[], $2::uuid[], $3::text[]) AS given (tenant_id, id, name)';
  await insert('tenant', 2, `INSERT INTO tenants (id, name, slug) SELECT tenant_id, name, name FROM ${given}`);
  await insert('device', 50, `INSERT INTO devices (tenant_id, id, name) SELECT * FROM ${given}`);
  await insert('flow', 10, `INSERT INTO flows (tenant_id, id, name) SELECT * FROM ${given}`);
  await insert('label', 2, `INSERT INTO labels (tenant_id, id, name) SELECT * FROM ${given}`);
  await database.query(
    `INSERT INTO flow_versions (tenant_id, flow_id, version, nodes, edges)
     SELECT tenant_id, id, 1, jsonb_build_array(jsonb_build_object('id', 'l', 'type', 'label', 'data',
       jsonb_build_object('entityId', CASE WHEN name IN ('flow 1', 'flow 3') THEN $1 ELSE $2 END::text))), '[]' FROM flows`,
    [filled.labelId, idOf('label', 9)],
  );
  await insert('function', 10, `INSERT INTO functions (tenant_id, id, name, code) SELECT *, '' FROM ${given}`);
  await insert(
    'integration',
    10,
    `WITH lane AS (INSERT INTO lanes (tenant_id, id, kind) SELECT tenant_id, id, 'deliveries' FROM ${given})
     INSERT INTO integrations (tenant_id, id, name, type, config) SELECT tenant_id, id, name, 'http', '{}' FROM ${given}`,
  );
  await insert(
    'context',
    2,
    `INSERT INTO device_contexts (tenant_id, id, context)
     SELECT tenant_id, id, jsonb_build_object('name', name, 'labels', '["label 1"]'::jsonb) FROM ${given}`,
  );
}

async function fillMessages(database: TestDatabase): Promise<void> {
  const numbers = range(filled.messages);
  const of = (kind: string, count: number) => numbers.map((n) => idOf(kind, n % count));
  const at = (kind: string) => numbers.map((n) => derivedId(timeAt(n), kind, n));
  const body = pack(JSON.stringify({ fCnt: 1, object: { temperature: 21.5 } }));
  const values = [
    of('tenant', 2),
    of('device', 50),
    of('flow', 10),
    of('function', 10),
    of('integration', 10),
    of('context', 2),
    ...[at('event'), at('run'), at('delivery')],
    numbers.map((n) => new Date(timeAt(n))),
    numbers.map((n) => Math.floor(n / 10) % 10 === 0),
    body,
  ];
  await database.query(
    `WITH given AS MATERIALIZED (
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[],
                            $9::uuid[], $10::timestamptz[], $11::boolean[])
         AS g (tenant_id, device_id, flow_id, function_id, destination_id, context_id, event_id, run_id, delivery_id, "time", waits)
     ), event AS (
       INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body)
       SELECT event_id, tenant_id, device_id, "time", 'chirpstack', 'up', $12::bytea FROM given
     ), decoded AS (
       INSERT INTO decoded_values (event_id, tenant_id, device_id, decoded)
       SELECT event_id, tenant_id, device_id, '{"temperature": 21.5}' FROM given
     ), twin AS (
       INSERT INTO twin_changes (id, tenant_id, device_id, side, version, change, actor_kind, actor_id)
       SELECT event_id, tenant_id, device_id, 'reported', 1, '{"uptime": 1}', 'device', device_id FROM given
     ), run AS (
       INSERT INTO flow_runs (id, tenant_id, flow_id, event_id, device_id, context_id, started_at, flow_version, pending,
                              succeeded, failed, status, trigger_source)
       SELECT run_id, tenant_id, flow_id, event_id, device_id, context_id, "time", 1, waits::int, (NOT waits)::int, 0,
              CASE WHEN waits THEN 'running' ELSE 'success' END, 'device' FROM given
     ), step AS (
       INSERT INTO flow_steps (run_id, tenant_id, entity_id, started_at, duration_us, entity_version, seq, input_seq, type,
                               status, node_id, output)
       SELECT run_id, tenant_id, function_id, "time", 100, 1, 1, 0, 'function', 'success', 'f', $12::bytea FROM given
     ), finished AS (
       INSERT INTO deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq,
                               status, node_id, attempts)
       SELECT delivery_id, tenant_id, run_id, flow_id, destination_id, "time", "time", 2, 1, 'delivered', 'h', '[]'
       FROM given WHERE NOT waits
     ), job AS (
       INSERT INTO jobs (id, tenant_id, lane_id, kind) SELECT delivery_id, tenant_id, destination_id, 'deliver'
       FROM given WHERE waits
     )
     INSERT INTO waiting_deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, next_attempt_at, seq,
                                     input_seq, continues, node_id, payload)
     SELECT delivery_id, tenant_id, run_id, flow_id, destination_id, "time", "time", 2, 1, false, 'h', $12::bytea
     FROM given WHERE waits`,
    values,
  );
}

function timeAt(n: number): number {
  return firstDay + Math.floor((n * dayCount * dayMs) / filled.messages);
}

function idOf(kind: string, n: number): string {
  return derivedId(firstDay, kind, n);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
