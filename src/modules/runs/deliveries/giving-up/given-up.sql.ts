import { statusOf } from '../../completion/run-status.sql.js';

/**
 * Ends waiting deliveries without another attempt, together with their jobs and what their runs count, in one statement.
 * One whose attempt is under way is left to it. `where` chooses among `w`, with parameters from $4 on; $1 is the code
 * that they failed with, $2 how the run tells it, $3 how many at most.
 */
export function givenUpSql(where: string): string {
  return `
  WITH given_up AS MATERIALIZED (
    SELECT w.* FROM waiting_deliveries w JOIN jobs j ON j.id = w.id
    WHERE ${where} AND j.lease_token IS NULL ORDER BY w.id LIMIT $3 FOR UPDATE OF j SKIP LOCKED
  ), job AS (
    DELETE FROM jobs USING given_up WHERE jobs.id = given_up.id
  ), left_waiting AS (
    DELETE FROM waiting_deliveries w USING given_up g WHERE w.tenant_id = g.tenant_id AND w.id = g.id
  ), ended AS (
    INSERT INTO deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq,
                            status, code, node_id, attempts)
    SELECT id, tenant_id, run_id, flow_id, destination_id, created_at, now(), seq, input_seq,
           'failed', $1, node_id, attempts FROM given_up
  ), changed AS (
    SELECT tenant_id, run_id, count(*) AS ended, jsonb_agg(jsonb_build_object('node_id', node_id, 'error', $2::text)) AS errors
    FROM given_up GROUP BY tenant_id, run_id
  ), locked_runs AS MATERIALIZED (
    SELECT r.id, changed.* FROM changed JOIN flow_runs r ON r.tenant_id = changed.tenant_id AND r.id = changed.run_id
    ORDER BY r.id FOR UPDATE OF r
  ), progressed AS (
    UPDATE flow_runs r SET pending = r.pending - c.ended, failed = r.failed + c.ended,
      status = ${statusOf('r.pending - c.ended', 'r.succeeded', 'r.failed + c.ended')},
      finished_at = CASE WHEN r.pending = c.ended THEN now() END,
      errors = COALESCE(r.errors, '[]'::jsonb) || c.errors
    FROM locked_runs c WHERE r.tenant_id = c.tenant_id AND r.id = c.id
  )
  SELECT id FROM given_up`;
}
