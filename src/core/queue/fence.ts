/**
 * How a finished job's results and its end are one statement. `finished` must be a row source with columns
 * (job_id uuid, lease_token uuid). Whoever lost the lease meanwhile finds no row in `done` and therefore writes
 * nothing; results join `done` on job_id.
 *
 * @example
 * WITH ${fenced(finishedRows.sql)}, steps AS (INSERT INTO flow_steps SELECT … FROM ${steps.sql} JOIN done USING (job_id))
 * SELECT job_id FROM done
 */
export function fenced(finished: string): string {
  return `done AS (
    DELETE FROM jobs USING (SELECT * FROM ${finished}) AS f
    WHERE jobs.id = f.job_id AND jobs.lease_token = f.lease_token
    RETURNING jobs.id AS job_id
  )`;
}
