import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import type { DayPoints } from './series-points.rules.js';

/** What the series of a device lack: events from `next` (null: from the first on) up to `last`, and single late ones. */
export interface Lacking {
  tenantId: string;
  deviceId: string;
  next: string | null;
  last: string;
  late: readonly string[];
}

export interface EventToFold {
  deviceId: string;
  id: string;
  event: string;
  time: Date;
  /** Packed. */
  body: Buffer;
  decoded: Record<string, unknown> | null;
}

/** A device and one of its keys. */
export interface KeyOfDevice {
  tenantId: string;
  deviceId: string;
  key: string;
}

/** Points to be added to a day of one key. */
export interface AddedPoints extends KeyOfDevice {
  keyId: number;
  /** Its midnight, UTC. */
  day: number;
  points: DayPoints;
}

/** Up to where a device was read, and what of it. */
export interface Progress {
  from: Lacking;
  read: readonly EventToFold[];
  lastRead: string;
  next: string;
  late: readonly string[];
}

interface LackingRow {
  tenant_id: string;
  device_id: string;
  series_next: string | null;
  series_last: string;
  series_late: string[] | null;
}

const lockClass = 7_466_011;
const lowest = '00000000-0000-0000-0000-000000000000';
const lackingColumns = 'tenant_id, device_id, series_next, series_last, series_late';
const isBehind = `series_last >= COALESCE(series_next, '${lowest}')`;

/** The statements that move readings from events into day rows, for several devices at a time. */
@Injectable()
export class SeriesFoldRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Devices that lack an event older than `beforeId`, and those that lack everything. */
  async lackingBefore(beforeId: string, limit: number): Promise<Lacking[]> {
    const rows = await this.dataSource.query<LackingRow[]>(
      `SELECT ${lackingColumns} FROM device_state
       WHERE (${isBehind} AND COALESCE(series_next, '${lowest}') < $1) OR $1 > ANY (series_late) LIMIT $2`,
      [beforeId, limit],
    );
    return rows.map(lacking);
  }

  /** Of these devices those that lack something. */
  async lackingOf(tenantId: string, deviceIds: readonly string[]): Promise<Lacking[]> {
    const rows = await this.dataSource.query<LackingRow[]>(
      `SELECT ${lackingColumns} FROM device_state
       WHERE tenant_id = $1 AND device_id = ANY ($2) AND (${isBehind} OR series_late IS NOT NULL)`,
      [tenantId, deviceIds],
    );
    return rows.map(lacking);
  }

  /** One process at a time folds a device, until the transaction ends. Answers what they lack then, by their ids. */
  async lock(tx: Tx, devices: readonly Lacking[]): Promise<Lacking[]> {
    const [tenantIds, deviceIds] = idsOf(devices);
    // In one order, so that two who want the same ones do not wait for each other.
    await tx.query(
      `SELECT pg_advisory_xact_lock($1, hash)
       FROM (SELECT DISTINCT hashtext(id) AS hash FROM unnest($2::text[]) AS id ORDER BY hash) AS hashes`,
      [lockClass, deviceIds],
    );
    const rows = await tx.query<LackingRow>(
      `SELECT ${lackingColumns} FROM device_state
       WHERE (tenant_id, device_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
         AND (${isBehind} OR series_late IS NOT NULL) ORDER BY device_id`,
      [tenantIds, deviceIds],
    );
    return rows.map(lacking);
  }

  /** Their events, device by device in the given order, each one's from the oldest on; at most so many of each and in all. */
  async events(
    tx: Tx,
    devices: readonly Lacking[],
    { each, all }: { each: number; all: number },
  ): Promise<EventToFold[]> {
    // Ids first: what is over the limit is never read. LIMIT 1 keeps the planner from reading all events for the join.
    return tx.query<EventToFold>(
      `WITH due AS (
         SELECT g.n, g.tenant_id, g.device_id, e.id
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) WITH ORDINALITY AS g (tenant_id, device_id, next, last, n)
           CROSS JOIN LATERAL (SELECT e.id FROM device_events e
             WHERE e.tenant_id = g.tenant_id AND e.device_id = g.device_id AND e.id >= g.next AND e.id <= g.last
             ORDER BY e.id LIMIT $7) AS e
         UNION
         SELECT array_position($2, device_id), tenant_id, device_id, id FROM jsonb_to_recordset($5::jsonb) AS l (tenant_id uuid, device_id uuid, id uuid)
         ORDER BY n, id LIMIT $6
       )
       SELECT due.device_id AS "deviceId", e.* FROM due CROSS JOIN LATERAL (
         SELECT e.id, e.event, e."time", e.body, v.decoded
         FROM device_events e LEFT JOIN decoded_values v ON v.tenant_id = e.tenant_id AND v.event_id = e.id
         WHERE e.tenant_id = due.tenant_id AND e.device_id = due.device_id AND e.id = due.id LIMIT 1) AS e
       ORDER BY due.n, due.id`,
      [
        ...idsOf(devices),
        devices.map(({ next }) => next ?? lowest),
        devices.map(({ last }) => last),
        JSON.stringify(
          devices.flatMap(({ tenantId, deviceId, late }) =>
            late.map((id) => ({ tenant_id: tenantId, device_id: deviceId, id })),
          ),
        ),
        all,
        each,
      ],
    );
  }

  /** The numbers of those of these keys that have one. */
  async keyIds(tx: Tx, keys: readonly KeyOfDevice[]): Promise<Map<string, number>> {
    const rows = await tx.query<{ device_id: string; key: string; key_id: number }>(
      `SELECT device_id, key, key_id FROM series_keys
       WHERE (tenant_id, device_id, key) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]))`,
      [...idsOf(keys), keys.map(({ key }) => key)],
    );
    return new Map(rows.map(({ device_id, key, key_id }) => [keyNameOf(device_id, key), key_id]));
  }

  /** Gives new keys their numbers, as far as a device may have more. */
  async number(tx: Tx, keys: readonly KeyOfDevice[], most: number): Promise<void> {
    await tx.query(
      `INSERT INTO series_keys (tenant_id, device_id, key_id, key)
       SELECT new.tenant_id, new.device_id, known.highest + new.number, new.key
       FROM (SELECT *, row_number() OVER (PARTITION BY device_id ORDER BY key) AS number
             FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS given (tenant_id, device_id, key)) AS new
         CROSS JOIN LATERAL (SELECT COALESCE(max(key_id), 0) AS highest FROM series_keys k
           WHERE k.tenant_id = new.tenant_id AND k.device_id = new.device_id) AS known
       WHERE known.highest + new.number <= $4`,
      [...idsOf(keys), keys.map(({ key }) => key), most],
    );
  }

  /**
   * Notes how far the series are, unless an event was stored or decoded after we had read: the row's lock makes whoever
   * comes now see our mark, and the second look finds who came before. Answers whose mark was moved.
   */
  async advance(tx: Tx, devices: readonly Progress[]): Promise<Set<string>> {
    const [tenantIds, deviceIds] = idsOf(devices.map(({ from }) => from));
    await tx.query(
      `SELECT FROM device_state WHERE (tenant_id, device_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
       ORDER BY device_id FOR UPDATE`,
      [tenantIds, deviceIds],
    );
    const rows = await tx.query<{ device_id: string }>(
      `WITH given AS (
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (tenant_id uuid, device_id uuid, "from" uuid, "to" uuid, next uuid,
           events int, decoded int, late uuid[])
       ), unchanged AS MATERIALIZED (
         SELECT g.* FROM given g CROSS JOIN LATERAL (
           SELECT count(*) AS events, count(v.decoded) AS decoded
           FROM device_events e LEFT JOIN decoded_values v ON v.tenant_id = e.tenant_id AND v.event_id = e.id
           WHERE e.tenant_id = g.tenant_id AND e.device_id = g.device_id AND e.id >= COALESCE(g."from", '${lowest}') AND e.id <= g."to"
         ) AS now WHERE now.events = g.events AND now.decoded = g.decoded
       )
       UPDATE device_state s SET series_next = u.next,
         series_late = NULLIF(ARRAY(SELECT id FROM unnest(s.series_late) AS id WHERE NOT id = ANY (u.late)), '{}')
       FROM unchanged u
       WHERE s.tenant_id = u.tenant_id AND s.device_id = u.device_id AND s.series_next IS NOT DISTINCT FROM u."from"
       RETURNING s.device_id`,
      [JSON.stringify(devices.map(progressRow))],
    );
    return new Set(rows.map(({ device_id }) => device_id));
  }
}

/** How `keyIds` names a key. */
export function keyNameOf(deviceId: string, key: string): string {
  return `${deviceId} ${key}`;
}

function idsOf(rows: readonly { tenantId: string; deviceId: string }[]): [tenantIds: string[], deviceIds: string[]] {
  return [rows.map(({ tenantId }) => tenantId), rows.map(({ deviceId }) => deviceId)];
}

function lacking(row: LackingRow): Lacking {
  const { tenant_id, device_id, series_next, series_last, series_late } = row;
  return { tenantId: tenant_id, deviceId: device_id, next: series_next, last: series_last, late: series_late ?? [] };
}

/** Late ones lie before the range and are not counted in it. */
function progressRow({ from, read, lastRead, next, late }: Progress): object {
  const inRange = read.filter(({ id }) => id >= (from.next ?? lowest) && id <= lastRead);
  const decoded = inRange.filter((event) => event.decoded !== null).length;
  const { tenantId: tenant_id, deviceId: device_id } = from;
  return { tenant_id, device_id, from: from.next, to: lastRead, next, events: inRange.length, decoded, late };
}
