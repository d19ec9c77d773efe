import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import { dateOf, type DayPoints } from './series-points.rules.js';

/** Which of a device's events the series lack: from `next` up to `last`; null: from the first on. */
export interface Lacking {
  tenantId: string;
  deviceId: string;
  next: string | null;
  last: string;
}

export interface EventToFold {
  id: string;
  event: string;
  time: Date;
  /** Packed. */
  body: Buffer;
  decoded: Record<string, unknown> | null;
}

/** A part of a day of one key, as the table holds it. */
export interface DayPart extends DayPoints {
  keyId: number;
  /** Its midnight, UTC. */
  day: number;
  part: number;
}

interface LackingRow {
  tenant_id: string;
  device_id: string;
  series_next: string | null;
  series_last: string;
}

const lockClass = 7_466_011;
const theEvents = `FROM device_events e LEFT JOIN decoded_values v ON v.tenant_id = e.tenant_id AND v.event_id = e.id
  WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.id >= $3 AND e.id <= $4`;
const lowest = '00000000-0000-0000-0000-000000000000';

/** The statements that move readings from events into day rows. */
@Injectable()
export class SeriesFoldRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Devices whose oldest missing event is older than `beforeId`, and those that lack everything. */
  async lackingBefore(beforeId: string, limit: number): Promise<Lacking[]> {
    const rows = await this.dataSource.query<LackingRow[]>(
      `SELECT tenant_id, device_id, series_next, series_last FROM device_state
       WHERE series_last >= COALESCE(series_next, '${lowest}') AND COALESCE(series_next, '${lowest}') < $1 LIMIT $2`,
      [beforeId, limit],
    );
    return rows.map(lacking);
  }

  /** Of these devices those that lack something. */
  async lackingOf(tenantId: string, deviceIds: readonly string[]): Promise<Lacking[]> {
    const rows = await this.dataSource.query<LackingRow[]>(
      `SELECT tenant_id, device_id, series_next, series_last FROM device_state
       WHERE tenant_id = $1 AND device_id = ANY ($2) AND series_last >= COALESCE(series_next, '${lowest}')`,
      [tenantId, deviceIds],
    );
    return rows.map(lacking);
  }

  /** One process at a time folds a device, until the transaction ends. Answers what it lacks then. */
  async lock(tx: Tx, { tenantId, deviceId }: Lacking): Promise<Lacking | null> {
    await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [lockClass, deviceId]);
    const [row] = await tx.query<LackingRow>(
      `SELECT tenant_id, device_id, series_next, series_last FROM device_state
       WHERE tenant_id = $1 AND device_id = $2 AND series_last >= COALESCE(series_next, '${lowest}')`,
      [tenantId, deviceId],
    );
    return row === undefined ? null : lacking(row);
  }

  async events(tx: Tx, { tenantId, deviceId, next, last }: Lacking, limit: number): Promise<EventToFold[]> {
    return tx.query<EventToFold>(
      `SELECT e.id, e.event, e."time", e.body, v.decoded ${theEvents} ORDER BY e.id LIMIT $5`,
      [tenantId, deviceId, next ?? lowest, last, limit],
    );
  }

  /** The numbers of these keys; new ones are given as far as the device may have more. */
  async keyIds(
    tx: Tx,
    { tenantId, deviceId }: Lacking,
    keys: readonly string[],
    most: number,
  ): Promise<Map<string, number>> {
    await tx.query(
      `INSERT INTO series_keys (tenant_id, device_id, key_id, key)
       SELECT $1, $2, known.highest + new.number, new.key
       FROM (SELECT COALESCE(max(key_id), 0) AS highest FROM series_keys WHERE tenant_id = $1 AND device_id = $2) known,
         (SELECT given.key, row_number() OVER (ORDER BY given.key) AS number FROM unnest($3::text[]) AS given (key)
          WHERE NOT EXISTS (SELECT FROM series_keys k WHERE k.tenant_id = $1 AND k.device_id = $2 AND k.key = given.key)) new
       WHERE known.highest + new.number <= $4`,
      [tenantId, deviceId, keys, most],
    );
    const rows = await tx.query<{ key: string; key_id: number }>(
      'SELECT key, key_id FROM series_keys WHERE tenant_id = $1 AND device_id = $2 AND key = ANY ($3)',
      [tenantId, deviceId, keys],
    );
    return new Map(rows.map(({ key, key_id }) => [key, key_id]));
  }

  /** The last part of each of these days that has one. */
  async lastParts(
    tx: Tx,
    { tenantId, deviceId }: Lacking,
    days: readonly { keyId: number; day: number }[],
  ): Promise<DayPart[]> {
    const rows = await tx.query<{ key_id: number; day: string; part: number; times: number[]; values: number[] }>(
      `SELECT DISTINCT ON (s.key_id, s.day) s.key_id, s.day::text AS day, s.part, s.times, s.values
       FROM unnest($3::smallint[], $4::date[]) AS given (key_id, day)
         JOIN series_days s ON s.tenant_id = $1 AND s.device_id = $2 AND s.key_id = given.key_id AND s.day = given.day
       ORDER BY s.key_id, s.day, s.part DESC`,
      [tenantId, deviceId, days.map(({ keyId }) => keyId), days.map(({ day }) => dateOf(day))],
    );
    return rows.map(({ key_id, day, ...part }) => ({ ...part, keyId: key_id, day: Date.parse(day) }));
  }

  async write(tx: Tx, { tenantId, deviceId }: Lacking, parts: readonly DayPart[]): Promise<void> {
    const rows = parts.map(({ keyId, day, ...part }) => ({ ...part, key_id: keyId, day: dateOf(day) }));
    await tx.query(
      `INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, "values")
       SELECT $1, $2, r.day, r.key_id, r.part, r.times, r.values
       FROM jsonb_to_recordset($3::jsonb) AS r (day date, key_id smallint, part smallint, times integer[], "values" float8[])
       ON CONFLICT (tenant_id, device_id, key_id, day, part)
       DO UPDATE SET times = EXCLUDED.times, "values" = EXCLUDED."values"`,
      [tenantId, deviceId, JSON.stringify(rows)],
    );
  }

  /**
   * Notes that everything below `next` is in the series, unless an event was set back meanwhile, or was stored or decoded
   * after we had read: the row's lock makes whoever comes now see our mark, and the second look finds who came before.
   */
  async advance(tx: Tx, from: Lacking, read: readonly EventToFold[], lastRead: string, next: string): Promise<boolean> {
    const { tenantId, deviceId } = from;
    await tx.query('SELECT FROM device_state WHERE tenant_id = $1 AND device_id = $2 FOR UPDATE', [tenantId, deviceId]);
    const [now] = await tx.query<{ events: number; decoded: number }>(
      `SELECT count(*)::int AS events, count(v.decoded)::int AS decoded ${theEvents}`,
      [tenantId, deviceId, from.next ?? lowest, lastRead],
    );
    const decoded = read.filter((event) => event.decoded !== null).length;
    if (now?.events !== read.length || now.decoded !== decoded) return false;
    const rows = await tx.query(
      `UPDATE device_state SET series_next = $4
       WHERE tenant_id = $1 AND device_id = $2 AND series_next IS NOT DISTINCT FROM $3::uuid RETURNING 1`,
      [tenantId, deviceId, from.next, next],
    );
    return rows.length > 0;
  }
}

function lacking(row: LackingRow): Lacking {
  return { tenantId: row.tenant_id, deviceId: row.device_id, next: row.series_next, last: row.series_last };
}
