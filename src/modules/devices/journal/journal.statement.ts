import { RowsParameter } from '../../../core/database/rows-parameter.js';
import { tell } from '../../../core/news/news.sql.js';
import { turnsOnline } from './heartbeats/heartbeats.statement.js';

/** One new message as the statement takes it; `key` is the hash that recognises a duplicate. */
export interface JournalRow {
  id: string;
  key: string;
  tenant_id: string;
  /** Whose it is where the DevEUI does not say so. */
  device_id: string | null;
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

/** What a statement answers per message that it is for. `event_id` is another's where the message was a duplicate. */
export interface JournalResult {
  id: string;
  event_id: string;
  device_id: string | null;
  /** This statement wrote the message: it was neither a duplicate nor there already under its own id. */
  is_new: boolean;
  /** Its device was heard of by this message, and is not online. */
  turns: boolean;
}

export const journalRows = new RowsParameter<keyof JournalRow>(
  'given',
  [
    ['id', 'uuid'],
    ['key', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
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

/** Each message with its device and with the id under which it was known before the last change of slots. */
const given = `given AS MATERIALIZED (
    SELECT given.*, (SELECT p.event_id FROM event_keys_previous p WHERE p.key = given.key) AS known_id,
      CASE WHEN given.device_id IS NULL
        THEN (SELECT d.id FROM devices d
              WHERE d.tenant_id = given.tenant_id AND d.dev_eui = given.dev_eui AND d.deleted_at IS NULL)
        ELSE (SELECT d.id FROM devices d
              WHERE d.tenant_id = given.tenant_id AND d.id = given.device_id AND d.deleted_at IS NULL) END AS found_id
    FROM ${journalRows.sql}
  )`;

/** Claims the keys of those of whom `whose` is true: a rival's insert is waited for, and its event's id is answered. */
const answered = (whose: string) => `claimed AS (
    INSERT INTO event_keys_current AS k (key, event_id)
    SELECT key, id FROM given WHERE known_id IS NULL AND ${whose} ORDER BY key
    ON CONFLICT (key) DO UPDATE SET event_id = k.event_id
    RETURNING key, event_id, xmax = 0 AS is_new
  ), answered AS MATERIALIZED (
    SELECT given.*, COALESCE(known_id, claimed.event_id) AS first_id, COALESCE(claimed.is_new, false) AS is_new
    FROM given LEFT JOIN claimed ON claimed.key = given.key WHERE ${whose}
  )`;

/**
 * The whole of ingest as one statement: duplicates, the event, the device's last_seen, one job. PostgreSQL pays for every
 * part of a statement each time, used or not, so what is rare has statements of its own, that follow before the
 * answer: messages of unknown devices (`parkStatement`), and devices that were not online (`HeartbeatsService`).
 *
 * Order of locks, the same in every process: keys in key order first (claimed waits for a rival's insert and then
 * answers with the rival's event id), device rows in id order after. `fresh` reads all of `claimed`, so no device row
 * is locked before the last key is, and the update goes through its sorted rows one by one.
 *
 * What is asked of tables is asked row by row, in scalar sub-queries and by ranges, for then PostgreSQL can do nothing
 * but look it up in an index: a plan made while a table was small stays with us when it has grown.
 *
 * The same message may come again under its own id when nobody knows whether the first time was committed: it then
 * finds its own key and is not stored again. So what is new is said by the upsert (an inserted row has no xmax) and not
 * by the ids being equal. Its device is looked at again, for its turn may have been missed.
 */
const appendSql = (told: string) => `
  WITH ${given}, ${answered('found_id IS NOT NULL')}, stored AS (
    INSERT INTO device_events (id, tenant_id, device_id, "time", f_cnt, f_port, source, event, body, error)
    SELECT id, tenant_id, found_id, "time", f_cnt, f_port, source, event, body, error FROM answered WHERE is_new
  ), queued AS (
    INSERT INTO jobs (id, tenant_id, lane_id, kind, worker_id, lease_token)
    SELECT id, tenant_id, tenant_id, 'process-event', worker_id, lease_token FROM answered WHERE is_new
  ${told}), fresh AS MATERIALIZED (
    SELECT found_id AS device_id, max(received_at) AS seen_at FROM answered WHERE first_id = id
    GROUP BY found_id ORDER BY found_id
  ), seen AS (
    UPDATE device_state s SET last_seen_at = GREATEST(s.last_seen_at, fresh.seen_at)
    FROM fresh WHERE s.device_id >= fresh.device_id AND s.device_id <= fresh.device_id
    RETURNING s.device_id, s.status
  )
  SELECT id, first_id AS event_id, found_id AS device_id, is_new,
         first_id = id AND COALESCE(found_id IN (SELECT device_id FROM seen WHERE status ${turnsOnline}), false) AS turns
  FROM answered`;

export const journalStatement = { name: 'journal-append', text: appendSql('') };

/** The same, and tells those who listen to the tenants of one more parameter. */
export const toldJournalStatement = {
  name: 'journal-append-told',
  text: appendSql(`), told AS (
    ${tell('device_event', `SELECT tenant_id, id FROM answered WHERE is_new`, journalRows.next)}
  `),
};

/**
 * Keeps messages of devices that nobody has registered, deduplicated as any. Who was registered in this very moment is
 * left to the other statement.
 */
export const parkStatement = {
  name: 'journal-park',
  text: `
  WITH ${given}, ${answered('found_id IS NULL')}, parked AS (
    INSERT INTO parked_messages (id, tenant_id, dev_eui, "time", f_cnt, f_port, source, event, body, error)
    SELECT id, tenant_id, dev_eui, "time", f_cnt, f_port, source, event, body, error FROM answered WHERE is_new
  )
  SELECT id, first_id AS event_id, NULL::uuid AS device_id, is_new, false AS turns FROM answered`,
};
