/**
 * How a finished job's results and its end are one statement. `ids` and `tokens` are parameters of type uuid[], the jobs
 * and the leases under which they were held. Whoever lost the lease meanwhile finds no row in `done` and therefore writes
 * nothing; results join `done` on job_id.
 *
 * Two arrays rather than pairs, because that can only be an index scan, whatever PostgreSQL believes of the table's size.
 * It is the same: a token belongs to one job.
 *
 * @example
 * WITH ${fenced('$1', '$2')}, steps AS (INSERT INTO flow_steps SELECT … FROM ${steps.sql} JOIN done USING (job_id))
 * SELECT job_id FROM done
 */
export function fenced(ids: string, tokens: string): string {
  return `done AS (
    DELETE FROM jobs WHERE id = ANY (${ids}::uuid[]) AND lease_token = ANY (${tokens}::uuid[]) RETURNING id AS job_id
  )`;
}
