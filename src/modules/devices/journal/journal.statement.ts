import { RowsParameter } from '../../../core/database/rows-parameter.js';

/** One new message as the statement takes it; `key` is the hash that recognises a duplicate. */
export interface JournalRow {
  id: string;
  key: string;
  tenant_id: string;
  dev_eui: string;
  time: Date;
  received_at: Date;
  f_cnt: number | null;
  f_port: number | null;
  source: string;
  event: string;
  body: Buffer;
  error: string | null;
  worker_id: string | null;
  lease_token: string | null;
}

/** What the statement answers per message. `event_id` is another's where the message was a duplicate. */
export interface JournalResult {
  id: string;
  event_id: string;
  device_id: string | null;
  /** This statement wrote the message: it was neither a duplicate nor there already under its own id. */
  is_new: boolean;
}

export const journalRows = new RowsParameter<keyof JournalRow>(
  'given',
  [
    ['id', 'uuid'],
    ['key', 'uuid'],
    ['tenant_id', 'uuid'],
    ['dev_eui', 'text'],
    ['time', 'timestamptz'],
    ['received_at', 'timestamptz'],
    ['f_cnt', 'bigint'],
    ['f_port', 'smallint'],
    ['source', 'text'],
    ['event', 'text'],
    ['body', 'bytea'],
    ['error', 'jsonb'],
    ['worker_id', 'uuid'],
    ['lease_token', 'uuid'],
  ],
  1,
);

/**
 * The whole of ingest as one statement: duplicates, the event, the device's last_seen, one job; or, where no device has
 * the DevEUI, the parked message. Nothing else happens before the 202.
 *
 * Order of locks, the same in every process: keys in key order first (claimed waits for a rival's insert and then
 * answers with the rival's event id), device rows in id order after. `touched` reads `fresh`, which reads all of
 * `claimed`, so no device row is locked before the last key is.
 *
 * The same message may come again under its own id when nobody knows whether the first time was committed: it then
 * finds its own key and writes nothing. So what is new is said by the upsert (an inserted row has no xmax) and not by
 * the ids being equal.
 */
export const journalSql = `
  WITH given AS MATERIALIZED (
    SELECT given.*, p.event_id AS known_id
    FROM ${journalRows.sql} LEFT JOIN event_keys_previous p ON p.key = given.key
  ), claimed AS (
    INSERT INTO event_keys_current AS k (key, event_id)
    SELECT key, id FROM given WHERE known_id IS NULL ORDER BY key
    ON CONFLICT (key) DO UPDATE SET event_id = k.event_id
    RETURNING key, event_id, xmax = 0 AS is_new
  ), answered AS MATERIALIZED (
    SELECT given.id, COALESCE(given.known_id, claimed.event_id) AS event_id, d.id AS device_id,
           COALESCE(claimed.is_new, false) AS is_new
    FROM given LEFT JOIN claimed ON claimed.key = given.key
      LEFT JOIN devices d ON d.tenant_id = given.tenant_id AND d.dev_eui = given.dev_eui AND d.deleted_at IS NULL
  ), fresh AS MATERIALIZED (
    SELECT given.*, answered.device_id FROM given JOIN answered ON answered.id = given.id WHERE answered.is_new
  ), stored AS (
    INSERT INTO device_events (id, tenant_id, device_id, "time", f_cnt, f_port, source, event, body, error)
    SELECT id, tenant_id, device_id, "time", f_cnt, f_port, source, event, body, error FROM fresh WHERE device_id IS NOT NULL
  ), queued AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, worker_id, lease_token)
    SELECT id, tenant_id, tenant_id, 'process-event', worker_id, lease_token FROM fresh WHERE device_id IS NOT NULL
  ), parked AS (
    INSERT INTO parked_messages (id, tenant_id, dev_eui, "time", f_cnt, f_port, source, event, body)
    SELECT id, tenant_id, dev_eui, "time", f_cnt, f_port, source, event, body FROM fresh WHERE device_id IS NULL
  ), touched AS MATERIALIZED (
    SELECT s.device_id, f.seen_at
    FROM (SELECT device_id, max(received_at) AS seen_at FROM fresh WHERE device_id IS NOT NULL GROUP BY device_id) f
      JOIN device_state s ON s.device_id = f.device_id
    ORDER BY s.device_id FOR UPDATE OF s
  ), seen AS (
    UPDATE device_state s SET
      last_seen_at = GREATEST(s.last_seen_at, touched.seen_at),
      status = CASE s.status WHEN 'maintenance' THEN s.status ELSE 'online' END
    FROM touched WHERE s.device_id = touched.device_id
  )
  SELECT id, event_id, device_id, is_new FROM answered`;
