import { RowsParameter } from '../../../core/database/rows-parameter.js';
import { fenced } from '../../../core/queue/fence.js';
import type {
  ContextRow,
  ContinuationRow,
  DecodedRow,
  EndedRow,
  LatestRow,
  ProgressRow,
  RetryRow,
  RunRow,
  StepRow,
  WaitingRow,
} from './results.contract.js';
import { statusOf } from './run-status.sql.js';

/*
 * Everything a batch of finished jobs leaves behind, in one statement, fenced per job: what joins `done` is written
 * only for jobs that were still held. A job whose lease was lost meanwhile writes nothing at all.
 */

const finished = new RowsParameter<'job_id' | 'lease_token'>(
  'f',
  [
    ['job_id', 'uuid'],
    ['lease_token', 'uuid'],
  ],
  1,
);

const contexts = new RowsParameter<keyof ContextRow>(
  'c',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['context', 'jsonb'],
  ],
  finished.next,
);

const runs = new RowsParameter<'job_id' | keyof RunRow>(
  'r',
  [
    ['job_id', 'uuid'],
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['flow_id', 'uuid'],
    ['event_id', 'uuid'],
    ['device_id', 'uuid'],
    ['context_id', 'uuid'],
    ['started_at', 'timestamptz'],
    ['finished_at', 'timestamptz'],
    ['flow_version', 'integer'],
    ['pending', 'smallint'],
    ['succeeded', 'smallint'],
    ['failed', 'smallint'],
    ['trigger_source', 'text'],
    ['errors', 'jsonb'],
    ['replay_of', 'uuid'],
    ['replay_number', 'smallint'],
  ],
  contexts.next,
);

const steps = new RowsParameter<'job_id' | keyof StepRow>(
  's',
  [
    ['job_id', 'uuid'],
    ['run_id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['entity_id', 'uuid'],
    ['started_at', 'timestamptz'],
    ['duration_us', 'integer'],
    ['entity_version', 'integer'],
    ['seq', 'smallint'],
    ['input_seq', 'smallint'],
    ['type', 'text'],
    ['status', 'text'],
    ['node_id', 'text'],
    ['output', 'bytea'],
    ['logs', 'jsonb'],
    ['error', 'jsonb'],
  ],
  runs.next,
);

const waiting = new RowsParameter<'job_id' | keyof WaitingRow>(
  'w',
  [
    ['job_id', 'uuid'],
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['run_id', 'uuid'],
    ['flow_id', 'uuid'],
    ['integration_id', 'uuid'],
    ['created_at', 'timestamptz'],
    ['delay_ms', 'integer'],
    ['seq', 'smallint'],
    ['input_seq', 'smallint'],
    ['continues', 'boolean'],
    ['node_id', 'text'],
    ['payload', 'bytea'],
    ['attempts', 'jsonb'],
    ['worker_id', 'uuid'],
    ['lease_token', 'uuid'],
  ],
  steps.next,
);

const retried = new RowsParameter<'job_id' | keyof RetryRow>(
  't',
  [
    ['job_id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['integration_id', 'uuid'],
    ['delay_ms', 'integer'],
    ['attempts', 'jsonb'],
  ],
  waiting.next,
);

const ended = new RowsParameter<'job_id' | keyof EndedRow>(
  'e',
  [
    ['job_id', 'uuid'],
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['run_id', 'uuid'],
    ['flow_id', 'uuid'],
    ['integration_id', 'uuid'],
    ['created_at', 'timestamptz'],
    ['finished_at', 'timestamptz'],
    ['seq', 'smallint'],
    ['input_seq', 'smallint'],
    ['status', 'text'],
    ['code', 'text'],
    ['node_id', 'text'],
    ['attempts', 'jsonb'],
  ],
  retried.next,
);

const progress = new RowsParameter<'job_id' | keyof ProgressRow>(
  'p',
  [
    ['job_id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['run_id', 'uuid'],
    ['pending', 'smallint'],
    ['succeeded', 'smallint'],
    ['failed', 'smallint'],
    ['errors', 'jsonb'],
  ],
  ended.next,
);

const continuations = new RowsParameter<'job_id' | keyof ContinuationRow>(
  'n',
  [
    ['job_id', 'uuid'],
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['payload', 'jsonb'],
  ],
  progress.next,
);

const latest = new RowsParameter<'job_id' | keyof LatestRow>(
  'l',
  [
    ['job_id', 'uuid'],
    ['device_id', 'uuid'],
    ['values', 'jsonb'],
  ],
  continuations.next,
);

const decoded = new RowsParameter<'job_id' | keyof DecodedRow>(
  'd',
  [
    ['job_id', 'uuid'],
    ['event_id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['decoded', 'jsonb'],
    ['warnings', 'jsonb'],
    ['error', 'jsonb'],
  ],
  latest.next,
);

export const completionRows = {
  finished,
  contexts,
  runs,
  steps,
  waiting,
  retried,
  ended,
  progress,
  continuations,
  latest,
  decoded,
};

/**
 * Order of locks, the same in every process: jobs (only their holder has them), device rows in id order, runs in id
 * order. `latest` is merged key by key: a value replaces another only when it is newer by (time, fCnt), whatever the
 * order of arrival. Such a job is called after its event; the series (devices/series) learn here which events they lack.
 */
export const completionSql = `
  WITH ${fenced(finished.sql)}, context AS (
    INSERT INTO device_contexts (id, tenant_id, context)
    SELECT DISTINCT ON (id) id, tenant_id, context FROM ${contexts.sql} ORDER BY id
    ON CONFLICT DO NOTHING
  ), run AS (
    INSERT INTO flow_runs (id, tenant_id, flow_id, event_id, device_id, context_id, started_at, finished_at, flow_version,
                           pending, succeeded, failed, status, trigger_source, errors, replay_of, replay_number)
    SELECT id, tenant_id, flow_id, event_id, device_id, context_id, started_at, finished_at, flow_version,
           pending, succeeded, failed, ${statusOf('pending', 'succeeded', 'failed')}, trigger_source, errors, replay_of,
           replay_number
    FROM ${runs.sql} JOIN done USING (job_id)
  ), step AS (
    INSERT INTO flow_steps (run_id, tenant_id, entity_id, started_at, duration_us, entity_version, seq, input_seq, type,
                            status, node_id, output, logs, error)
    SELECT run_id, tenant_id, entity_id, started_at, duration_us, entity_version, seq, input_seq, type,
           status, node_id, output, logs, error
    FROM ${steps.sql} JOIN done USING (job_id)
  ), waits AS MATERIALIZED (
    SELECT w.*, now() + delay_ms * interval '1 millisecond' AS due_at FROM ${waiting.sql} JOIN done USING (job_id)
  ), wait AS (
    INSERT INTO waiting_deliveries (id, tenant_id, run_id, flow_id, integration_id, created_at, next_attempt_at, seq,
                                    input_seq, continues, node_id, payload, attempts)
    SELECT id, tenant_id, run_id, flow_id, integration_id, created_at, due_at, seq, input_seq, continues, node_id,
           payload, attempts FROM waits
  ), wait_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, run_at, worker_id, lease_token)
    SELECT id, tenant_id, integration_id, 'deliver', due_at, worker_id, lease_token FROM waits
  ), retries AS MATERIALIZED (
    SELECT t.*, now() + delay_ms * interval '1 millisecond' AS due_at FROM ${retried.sql} JOIN done USING (job_id)
  ), retry AS (
    UPDATE waiting_deliveries d SET next_attempt_at = due_at, attempts = retries.attempts
    FROM retries WHERE d.tenant_id = retries.tenant_id AND d.id = retries.job_id
  ), retry_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, run_at)
    SELECT job_id, tenant_id, integration_id, 'deliver', due_at FROM retries
  ), ends AS MATERIALIZED (
    SELECT e.* FROM ${ended.sql} JOIN done USING (job_id)
  ), left_waiting AS (
    DELETE FROM waiting_deliveries d USING ends WHERE d.tenant_id = ends.tenant_id AND d.id = ends.id
  ), ended AS (
    INSERT INTO deliveries (id, tenant_id, run_id, flow_id, integration_id, created_at, finished_at, seq, input_seq,
                            status, code, node_id, attempts)
    SELECT id, tenant_id, run_id, flow_id, integration_id, created_at, finished_at, seq, input_seq,
           status, code, node_id, attempts FROM ends
  ), continue_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, payload)
    SELECT id, tenant_id, tenant_id, 'continue-run', payload FROM ${continuations.sql} JOIN done USING (job_id)
  ), decoding AS (
    INSERT INTO decoded_values (event_id, tenant_id, device_id, decoded, warnings, error)
    SELECT event_id, tenant_id, device_id, decoded, warnings, error FROM ${decoded.sql} JOIN done USING (job_id)
  ), newest AS (
    SELECT device_id, jsonb_object_agg(key, value) AS values FROM (
      SELECT DISTINCT ON (l.device_id, v.key) l.device_id, v.key, v.value
      FROM ${latest.sql} JOIN done USING (job_id) CROSS JOIN LATERAL jsonb_each(l.values) AS v
      ORDER BY l.device_id, v.key, (v.value ->> 1)::bigint DESC, COALESCE((v.value ->> 2)::bigint, -1) DESC
    ) AS each GROUP BY device_id
  ), valued AS (
    SELECT l.device_id, min(job_id::text)::uuid AS first_id, max(job_id::text)::uuid AS last_id
    FROM ${latest.sql} JOIN done USING (job_id) GROUP BY l.device_id
  ), locked_devices AS MATERIALIZED (
    SELECT s.device_id, newest.values, valued.first_id, valued.last_id
    FROM newest JOIN valued ON valued.device_id = newest.device_id JOIN device_state s ON s.device_id = newest.device_id
    ORDER BY s.device_id FOR UPDATE OF s
  ), latest AS (
    UPDATE device_state s SET latest = s.latest || COALESCE((
      SELECT jsonb_object_agg(v.key, v.value) FROM jsonb_each(locked_devices.values) AS v
      WHERE NOT s.latest ? v.key
        OR ((v.value ->> 1)::bigint, COALESCE((v.value ->> 2)::bigint, -1))
         > ((s.latest -> v.key ->> 1)::bigint, COALESCE((s.latest -> v.key ->> 2)::bigint, -1))
    ), '{}'::jsonb),
      series_next = CASE WHEN s.series_next > first_id THEN first_id ELSE s.series_next END,
      series_last = GREATEST(s.series_last, last_id)
    FROM locked_devices WHERE s.device_id = locked_devices.device_id
  ), changed AS (
    SELECT tenant_id, run_id, sum(pending)::smallint AS pending, sum(succeeded)::smallint AS succeeded,
           sum(failed)::smallint AS failed, jsonb_path_query_array(jsonb_agg(errors), '$[*][*]') AS errors
    FROM ${progress.sql} JOIN done USING (job_id) GROUP BY tenant_id, run_id
  ), locked_runs AS MATERIALIZED (
    SELECT r.id, r.tenant_id, changed.pending, changed.succeeded, changed.failed, changed.errors
    FROM changed JOIN flow_runs r ON r.tenant_id = changed.tenant_id AND r.id = changed.run_id
    ORDER BY r.id FOR UPDATE OF r
  ), progressed AS (
    UPDATE flow_runs r SET
      pending = r.pending + c.pending, succeeded = r.succeeded + c.succeeded, failed = r.failed + c.failed,
      status = ${statusOf('r.pending + c.pending', 'r.succeeded + c.succeeded', 'r.failed + c.failed')},
      finished_at = CASE WHEN r.pending + c.pending = 0 THEN now() END,
      errors = CASE WHEN c.errors = '[]'::jsonb THEN r.errors ELSE COALESCE(r.errors, '[]'::jsonb) || c.errors END
    FROM locked_runs c WHERE r.tenant_id = c.tenant_id AND r.id = c.id
    RETURNING r.id, r.status
  )
  SELECT job_id FROM done`;
