/*
 * How finished deliveries wait again, under their ids and with their attempts, in one statement: whoever looks sees each
 * of them in exactly one state, and its run counts what its rows say.
 *
 * Order of locks: deliveries by id, which nobody else changes, then runs by id, as everywhere.
 *
 * A delivery that steps follow and that was never delivered leaves them to a continuation, as ever. One that was delivered
 * before has had its steps: it is sent again, and they are not run again.
 */

/**
 * CTEs after one named `wanted` (id, payload), of tenant $1. A payload is only needed where the message was the envelope;
 * every other one is the output of the run's step. `gone` then holds the ids that wait again. What is past retention
 * stays as it is.
 */
export const movedBack = `
  found AS MATERIALIZED (
    SELECT d.*, COALESCE(w.payload, s.output) AS body, COALESCE(v.continues, false) AS continues
    FROM wanted w JOIN deliveries d ON d.tenant_id = $1 AND d.id = w.id
      LEFT JOIN LATERAL (
        SELECT output FROM flow_steps
        WHERE w.payload IS NULL AND tenant_id = $1 AND run_id = d.run_id AND seq = d.input_seq LIMIT 1
      ) s ON true
      LEFT JOIN LATERAL (
        SELECT EXISTS (
          SELECT FROM flow_versions f CROSS JOIN LATERAL jsonb_array_elements(f.edges) AS e (edge)
          WHERE f.tenant_id = $1 AND f.flow_id = r.flow_id AND f.version = r.flow_version
            AND e.edge ->> 'source' = d.node_id
        ) AS continues
        FROM flow_runs r WHERE r.tenant_id = $1 AND r.id = d.run_id LIMIT 1
      ) v ON true
    ORDER BY d.id FOR UPDATE OF d
  ), gone AS (
    DELETE FROM deliveries d USING found WHERE d.tenant_id = $1 AND d.id = found.id AND found.body IS NOT NULL
    RETURNING d.id
  ), moved AS MATERIALIZED (
    SELECT found.* FROM found JOIN gone ON gone.id = found.id
  ), wait AS (
    INSERT INTO waiting_deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, next_attempt_at, seq,
                                    input_seq, continues, node_id, payload, attempts, attempts_before)
    SELECT id, tenant_id, run_id, flow_id, destination_id, created_at, now(), seq, input_seq, continues, node_id, body,
           attempts, jsonb_array_length(attempts) FROM moved
  ), wait_job AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind) SELECT id, tenant_id, destination_id, 'deliver' FROM moved
  ), changed AS (
    SELECT run_id, count(*) AS pending, count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'delivered' AND NOT continues) AS succeeded,
      array_agg(node_id) FILTER (WHERE status = 'failed') AS failed_nodes
    FROM moved GROUP BY run_id
  ), locked_runs AS MATERIALIZED (
    SELECT r.id, changed.* FROM changed JOIN flow_runs r ON r.tenant_id = $1 AND r.id = changed.run_id
    ORDER BY r.id FOR UPDATE OF r
  ), reopened AS (
    UPDATE flow_runs r SET pending = r.pending + c.pending, failed = r.failed - c.failed,
      succeeded = r.succeeded - c.succeeded, status = 'running', finished_at = NULL,
      errors = (
        SELECT jsonb_agg(e.error ORDER BY e.place) FROM (
          SELECT x.error, x.place, row_number() OVER (PARTITION BY x.error ->> 'node_id' ORDER BY x.place) AS nth
          FROM jsonb_array_elements(r.errors) WITH ORDINALITY AS x (error, place)
        ) e WHERE e.nth > (SELECT count(*) FROM unnest(c.failed_nodes) AS n (node_id) WHERE n.node_id = e.error ->> 'node_id')
      )
    FROM locked_runs c WHERE r.tenant_id = $1 AND r.id = c.id
  )`;
