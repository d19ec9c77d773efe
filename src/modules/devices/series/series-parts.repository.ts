import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { AddedPoints } from './series-fold.repository.js';
import { dateOf, totalsOf, type DayPart } from './series-points.rules.js';

/** The parts of a day into which points go that are to be added, from the earliest on. */
export interface DayParts {
  parts: DayPart[];
  /** The highest number that a part of the day has; -1: it has none. */
  highest: number;
}

/** A part that takes the place of the one of its number. */
export interface ChangedPart extends Pick<AddedPoints, 'tenantId' | 'deviceId' | 'keyId' | 'day'>, DayPart {}

interface PartRow {
  n: number;
  part: number;
  highest: number;
  times: number[];
  values: number[];
}

/** Reads and writes parts of day rows for those who add points. */
@Injectable()
export class SeriesPartsRepository {
  /** For each of the given, the parts that its points lie in or between. */
  async touched(tx: Tx, added: readonly AddedPoints[]): Promise<DayParts[]> {
    const rows = await tx.query<PartRow>(
      `SELECT g.n::int AS n, s.part, s.highest, s.times, s."values"
       FROM jsonb_to_recordset($1::jsonb) AS g (n int, tenant_id uuid, device_id uuid, key_id smallint, day date, first int, last int)
         CROSS JOIN LATERAL (
           SELECT s.*, max(s.part) OVER () AS highest, lag(s.starts) OVER (ORDER BY s.starts) AS before,
             lead(s.starts) OVER (ORDER BY s.starts) AS ends
           FROM series_days s
           WHERE s.tenant_id = g.tenant_id AND s.device_id = g.device_id AND s.key_id = g.key_id AND s.day = g.day
         ) AS s
       WHERE (s.before IS NULL OR s.starts <= g.last) AND (s.ends IS NULL OR s.ends > g.first)
       ORDER BY g.n, s.starts`,
      [
        JSON.stringify(
          added.map(({ tenantId, deviceId, keyId, day, points }, n) => ({
            ...{ n, tenant_id: tenantId, device_id: deviceId, key_id: keyId, day: dateOf(day) },
            ...{ first: points.times[0], last: points.times.at(-1) },
          })),
        ),
      ],
    );
    const found = added.map((): DayParts => ({ parts: [], highest: -1 }));
    for (const { n, part, highest, times, values } of rows) {
      const days = found[n];
      if (days === undefined) continue;
      days.parts.push({ part, times, values });
      days.highest = highest;
    }
    return found;
  }

  async write(tx: Tx, parts: readonly ChangedPart[]): Promise<void> {
    const rows = parts.map(({ tenantId, deviceId, keyId, day, part, times, values }) => ({
      ...{ tenant_id: tenantId, device_id: deviceId, key_id: keyId, day: dateOf(day), part, times, values },
      ...totalsOf({ times, values }),
    }));
    await tx.query(
      `INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, "values", starts, points, low, high, total, last)
       SELECT tenant_id, device_id, day, key_id, part, times, "values", starts, points, low, high, total, last
       FROM jsonb_to_recordset($1::jsonb) AS r (tenant_id uuid, device_id uuid, day date, key_id smallint, part smallint, times integer[],
         "values" float8[], starts int, points smallint, low float8, high float8, total float8, last float8)
       ON CONFLICT (tenant_id, device_id, key_id, day, part)
       DO UPDATE SET times = EXCLUDED.times, "values" = EXCLUDED."values", starts = EXCLUDED.starts, points = EXCLUDED.points,
         low = EXCLUDED.low, high = EXCLUDED.high, total = EXCLUDED.total, last = EXCLUDED.last`,
      [JSON.stringify(rows)],
    );
  }
}
