/** What news can be of. Each is a row of a history that is there, or has come to its end. */
export type NewsKind = 'device_event' | 'flow_run' | 'delivery' | 'twin_change';

/**
 * An insert of news into the statement that makes them, for the tenants in the parameter alone: so news are committed with
 * what they tell of, and where nobody listens they cost one look at an empty array. `rows` has `tenant_id` and `id`.
 *
 * @example
 * `, told AS (${tell('device_event', 'SELECT tenant_id, id FROM stored', 15)}) SELECT …`
 * values: [..., listeners.tenants]
 */
export function tell(kind: NewsKind, rows: string, parameter: number): string {
  return `INSERT INTO news (tenant_id, kind, entity_id)
    SELECT tenant_id, '${kind}', id FROM (${rows}) told_of WHERE tenant_id = ANY ($${parameter.toString()}::uuid[])`;
}
