import { RowsParameter } from '../../../../core/database/rows-parameter.js';
import { tell } from '../../../../core/news/news.sql.js';
import { packedPlainly } from '../../../../core/packing/packed.js';

/** Statuses that a word of the device ends. Maintenance is people's. */
export const turnsOnline = `IN ('never_seen', 'offline')`;

/**
 * The id of the turn that a word caused: the same however often it is made, of the word's millisecond, and before the
 * word's own, so that in a history the message is the newest.
 */
const turnId = (id: string) =>
  `(left(replace(${id}::text, '-', ''), 12) || '70008' || right(md5(${id}::text), 15))::uuid`;

export const beats = new RowsParameter<'id' | 'tenant_id' | 'device_id' | 'received_at'>(
  'given',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['received_at', 'timestamptz'],
  ],
  1,
);

/**
 * What being heard of does to devices: last_seen moves; a device that was offline or never seen is online from its first
 * word here on: that turn is an event with a job of its own, and the sweeper is asked to reckon when the device would be
 * late. Other words leave check_at alone, so their updates stay HOT. Device rows are locked in id order, one row a device.
 *
 * Turns are few, so one statement tells of them or finds nobody to tell.
 */
export const heartbeatsSql = `
  WITH given AS MATERIALIZED (
    SELECT * FROM ${beats.sql}
  ), fresh AS MATERIALIZED (
    SELECT device_id, max(received_at) AS seen_at FROM given GROUP BY device_id
  ), touched AS MATERIALIZED (
    SELECT s.device_id, s.tenant_id, s.status, fresh.seen_at
    FROM fresh JOIN device_state s ON s.device_id >= fresh.device_id AND s.device_id <= fresh.device_id
    ORDER BY s.device_id FOR UPDATE OF s
  ), turned AS MATERIALIZED (
    SELECT ${turnId('m.id')} AS id, t.tenant_id, t.device_id, m.received_at,
           jsonb_build_object('from', t.status, 'to', 'online', 'reason', 'message')::text AS body
    FROM touched t CROSS JOIN LATERAL (
      SELECT id, received_at FROM given WHERE device_id = t.device_id ORDER BY received_at, id LIMIT 1
    ) m WHERE t.status ${turnsOnline}
  ), turn_stored AS (
    INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body)
    SELECT id, tenant_id, device_id, received_at, 'fieldline', 'status_change', ${packedPlainly('body')} FROM turned
  ), turn_queued AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind) SELECT id, tenant_id, tenant_id, 'process-event' FROM turned
  ), told AS (
    ${tell('device_event', 'SELECT tenant_id, id FROM turned', beats.next)}
  ), seen AS (
    UPDATE device_state s SET
      last_seen_at = GREATEST(s.last_seen_at, touched.seen_at),
      status = CASE WHEN touched.status ${turnsOnline} THEN 'online' ELSE touched.status END,
      check_at = CASE WHEN touched.status ${turnsOnline} THEN touched.seen_at ELSE s.check_at END
    FROM touched WHERE s.device_id >= touched.device_id AND s.device_id <= touched.device_id
  )
  SELECT (SELECT count(*)::int FROM turned) AS turned`;
