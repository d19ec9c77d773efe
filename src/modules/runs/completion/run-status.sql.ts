/**
 * A run's status from its counters, as SQL: running while deliveries wait; then success when no path failed, error when
 * every path did, partial_success between.
 */
export function statusOf(pending: string, succeeded: string, failed: string): string {
  return `CASE WHEN ${pending} > 0 THEN 'running' WHEN ${failed} = 0 THEN 'success'
               WHEN ${succeeded} = 0 THEN 'error' ELSE 'partial_success' END`;
}
