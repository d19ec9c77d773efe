import { RowsParameter } from '../../../core/database/rows-parameter.js';
import { fenced } from '../../../core/queue/fence.js';
import { partColumns } from './completion.columns.js';
import { statusOf } from './run-status.sql.js';

/*
 * Everything a batch of finished jobs leaves behind, in one statement, fenced per job: what joins `done` is written
 * only for jobs that were still held. A job whose lease was lost meanwhile writes nothing at all.
 *
 * PostgreSQL pays for every part of a statement each time it runs, used or not: all of them together cost a
 * millisecond before the first row. So a batch is given only the chapters that it has rows for.
 *
 * Order of locks, the same in every process: jobs (only their holder has them), device rows in id order, runs in id
 * order.
 */

export type Part = keyof typeof partColumns;

/** The rows of one part as a FROM clause. */
type From = Record<Part, string>;

interface Chapter {
  parts: readonly Part[];
  sql: (from: From) => string;
}

const chapters = {
  contexts: {
    parts: ['contexts'],
    sql: (from) => `context AS (
    INSERT INTO device_contexts (id, tenant_id, context)
    SELECT DISTINCT ON (id) id, tenant_id, context FROM ${from.contexts} ORDER BY id
    ON CONFLICT DO NOTHING
  )`,
  },

  walked: {
    parts: ['runs', 'steps', 'ended'],
    sql: (from) => `run AS (
    INSERT INTO flow_runs (id, tenant_id, flow_id, event_id, device_id, context_id, started_at, finished_at, flow_version,
                           pending, succeeded, failed, status, trigger_source, errors, replay_of, replay_number)
    SELECT id, tenant_id, flow_id, event_id, device_id, context_id, started_at, finished_at, flow_version,
           pending, succeeded, failed, ${statusOf('pending', 'succeeded', 'failed')}, trigger_source, errors, replay_of,
           replay_number
    FROM ${from.runs} JOIN done USING (job_id)
  ), step AS (
    INSERT INTO flow_steps (run_id, tenant_id, entity_id, started_at, duration_us, entity_version, seq, input_seq, type,
                            status, node_id, output, logs, error)
    SELECT run_id, tenant_id, entity_id, started_at, duration_us, entity_version, seq, input_seq, type,
           status, node_id, output, logs, error
    FROM ${from.steps} JOIN done USING (job_id)
  ), ended AS (
    INSERT INTO deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq,
                            status, code, node_id, attempts)
    SELECT id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq,
           status, code, node_id, attempts
    FROM ${from.ended} JOIN done USING (job_id)
  )`,
  },

  // Deliveries that wait or have waited, and what happens in runs that were saved before.
  waited: {
    parts: ['waiting', 'retried', 'over', 'progress', 'continuations'],
    sql: (from) => `waits AS MATERIALIZED (
    SELECT w.*, now() + delay_ms * interval '1 millisecond' AS due_at FROM ${from.waiting} JOIN done USING (job_id)
  ), wait AS (
    INSERT INTO waiting_deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, next_attempt_at, seq,
                                    input_seq, continues, node_id, payload, attempts)
    SELECT id, tenant_id, run_id, flow_id, destination_id, created_at, due_at, seq, input_seq, continues, node_id,
           payload, attempts FROM waits
  ), wait_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, run_at, worker_id, lease_token)
    SELECT id, tenant_id, destination_id, 'deliver', due_at, worker_id, lease_token FROM waits
  ), retries AS MATERIALIZED (
    SELECT t.*, now() + delay_ms * interval '1 millisecond' AS due_at FROM ${from.retried} JOIN done USING (job_id)
  ), retry AS (
    UPDATE waiting_deliveries d SET next_attempt_at = due_at, attempts = retries.attempts
    FROM retries WHERE d.tenant_id = retries.tenant_id AND d.id = retries.job_id
  ), retry_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, run_at)
    SELECT job_id, tenant_id, destination_id, 'deliver', due_at FROM retries
  ), left_waiting AS (
    DELETE FROM waiting_deliveries d USING (SELECT tenant_id, job_id FROM ${from.over} JOIN done USING (job_id)) AS ends
    WHERE d.tenant_id = ends.tenant_id AND d.id = ends.job_id
  ), continue_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, payload)
    SELECT id, tenant_id, tenant_id, 'continue-run', payload FROM ${from.continuations} JOIN done USING (job_id)
  ), changed AS (
    SELECT tenant_id, run_id, sum(pending)::smallint AS pending, sum(succeeded)::smallint AS succeeded,
           sum(failed)::smallint AS failed, jsonb_path_query_array(jsonb_agg(errors), '$[*][*]') AS errors
    FROM ${from.progress} JOIN done USING (job_id) GROUP BY tenant_id, run_id
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
  )`,
  },

  // A value replaces another only when it is newer by (time, fCnt), whatever the order of arrival. All values of an event
  // are of one time, so the events of a device are laid over each other from the oldest on; and over what is kept at once,
  // unless something kept is as new. The device is looked for by a range, for then PostgreSQL can do nothing but go through
  // the sorted ids one by one, and rows are locked in that order. Such a job is called after its event; the series
  // (devices/series) learn here which events they lack: all from a mark on, and those that come when the mark is past
  // them; when there are more of these than a row should hold, the mark goes back.
  latest: {
    parts: ['latest'],
    sql: (from) => `newest AS MATERIALIZED (
    SELECT l.device_id, min(l.time_ms) AS oldest_ms, max(l.time_ms) AS newest_ms,
           min(l.job_id::text)::uuid AS first_id, max(l.job_id::text)::uuid AS last_id, array_agg(l.job_id) AS ids,
           to_timestamp(min(l.heard_ms) / 1000.0) AS heard_at,
           jsonb_merge(l.values ORDER BY l.time_ms, COALESCE(l.f_cnt, -1)) AS values
    FROM ${from.latest} JOIN done ON done.job_id = l.job_id GROUP BY l.device_id ORDER BY l.device_id
  ), latest AS (
    UPDATE device_state s SET
      series_next = CASE WHEN s.series_next > n.first_id AND cardinality(s.series_late) >= 1000 THEN n.first_id
        ELSE s.series_next END,
      series_late = CASE WHEN s.series_next > n.first_id AND COALESCE(cardinality(s.series_late), 0) < 1000
        THEN s.series_late || ARRAY(SELECT id FROM unnest(n.ids) AS id WHERE id < s.series_next) ELSE s.series_late END,
      series_last = GREATEST(s.series_last, n.last_id),
      latest_ms = GREATEST(s.latest_ms, n.newest_ms),
      handshake_at = LEAST(s.handshake_at, n.heard_at),
      latest = s.latest || CASE WHEN n.oldest_ms > s.latest_ms THEN n.values ELSE COALESCE((
        SELECT jsonb_object_agg(v.key, v.value) FROM jsonb_each(n.values) AS v
        WHERE NOT s.latest ? v.key
          OR ((v.value ->> 1)::bigint, COALESCE((v.value ->> 2)::bigint, -1))
           > ((s.latest -> v.key ->> 1)::bigint, COALESCE((s.latest -> v.key ->> 2)::bigint, -1))
      ), '{}'::jsonb) END
    FROM newest n WHERE s.device_id >= n.device_id AND s.device_id <= n.device_id
  )`,
  },

  decoded: {
    parts: ['decoded'],
    sql: (from) => `decoding AS (
    INSERT INTO decoded_values (event_id, tenant_id, device_id, decoded, warnings, error)
    SELECT event_id, tenant_id, device_id, decoded, warnings, error FROM ${from.decoded} JOIN done USING (job_id)
  )`,
  },

  // Only for tenants that somebody listens to.
  told: {
    parts: ['told'],
    sql: (from) => `told AS (
    INSERT INTO news (tenant_id, kind, entity_id) SELECT tenant_id, kind, id FROM ${from.told} JOIN done USING (job_id)
  )`,
  },
} satisfies Record<string, Chapter>;

const aliases: Record<Part, string> = {
  finished: 'f',
  contexts: 'c',
  runs: 'r',
  steps: 's',
  waiting: 'w',
  retried: 't',
  over: 'o',
  ended: 'e',
  progress: 'p',
  continuations: 'n',
  latest: 'l',
  decoded: 'd',
  told: 'h',
};

/** The rows of a batch, part by part; every row but those of `contexts` names the job that left it. */
export type RowsOfParts = { readonly [part in Part]: readonly RowOf<part>[] };
type RowOf<P extends Part> = { readonly [name in (typeof partColumns)[P][number][0]]: unknown };

/** One of sixty-four statements at most: each is prepared once a connection, under its name. */
class CompletionStatement {
  readonly text: string;
  private readonly encoders: ((rows: RowsOfParts) => Buffer[])[] = [];
  private next = 1;

  constructor(
    readonly name: string,
    used: readonly Chapter[],
  ) {
    const from: Partial<From> = {};
    // $1 and $2: the jobs and their leases.
    this.add('finished');
    for (const { parts } of used) for (const part of parts) from[part] = this.add(part);
    const written = used.map(({ sql }) => sql(from as From));
    this.text = `WITH ${[fenced('$1', '$2'), ...written].join(', ')} SELECT job_id FROM done`;
  }

  values(rows: RowsOfParts): Buffer[] {
    return this.encoders.flatMap((encode) => encode(rows));
  }

  private add(part: Part): string {
    const parameter = new RowsParameter<string>(aliases[part], partColumns[part], this.next);
    this.next = parameter.next;
    this.encoders.push((rows) => parameter.values(rows[part]));
    return parameter.sql;
  }
}

const statements = new Map<string, CompletionStatement>();

/** The statement that writes what these rows need, and nothing else. */
export function completionOf(rows: RowsOfParts): CompletionStatement {
  const used = Object.entries<Chapter>(chapters).filter(([, { parts }]) => parts.some((part) => rows[part].length > 0));
  const name = ['runs-complete', ...used.map(([chapter]) => chapter)].join('-');
  const known = statements.get(name);
  if (known !== undefined) return known;
  const statement = new CompletionStatement(
    name,
    used.map(([, chapter]) => chapter),
  );
  statements.set(name, statement);
  return statement;
}
