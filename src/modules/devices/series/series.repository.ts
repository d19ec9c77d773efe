import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Buckets } from './series-interval.rules.js';

export const aggregates = ['avg', 'min', 'max', 'sum', 'count', 'last'] as const;
export type Aggregate = (typeof aggregates)[number];

/** One key of one device. */
export interface SeriesName {
  device_id: string;
  key_id: number;
  key: string;
}

export interface BucketRow {
  device_id: string;
  key_id: number;
  /** Which of the buckets, from 0. */
  bucket: number;
  value: number;
}

export interface SeriesRange {
  fromMs: number;
  toMs: number;
}

/** How a bucket's points are put together: those of one day, a whole day by its totals, and then all of these. */
interface Steps {
  ofPoints: string;
  ofDay: string;
  ofAll: string;
}

const simple = (ofPoints: string, ofDay: string, ofAll: string): Steps => ({
  ofPoints: `${ofPoints} AS a, NULL::bigint AS b`,
  ofDay: `${ofDay} AS a, NULL::bigint AS b`,
  ofAll,
});

const stepsTo: Readonly<Record<Aggregate, Steps>> = {
  // PostgreSQL's own avg also keeps squares, and gives up where one is too large.
  avg: {
    ofPoints: 'sum(value) AS a, count(*) AS b',
    ofDay: 'total AS a, points::bigint AS b',
    ofAll: 'sum(a) / sum(b)',
  },
  min: simple('min(value)', 'low', 'min(a)'),
  max: simple('max(value)', 'high', 'max(a)'),
  sum: simple('sum(value)', 'total', 'sum(a)'),
  count: simple('count(*)::float8', 'points::float8', 'sum(a)'),
  last: {
    ofPoints: '(array_agg(value ORDER BY time DESC))[1] AS a, midnight + max(time) AS b',
    ofDay: 'last AS a, midnight + starts AS b',
    ofAll: '(array_agg(a ORDER BY b DESC))[1]',
  },
};
const dayMs = 86_400_000;
/** Days are counted from it, for there are years that have no text which PostgreSQL reads. */
const dayOne = `date '1970-01-01'`;

/** Reads day rows: per device and key a range of the primary key, in the months of the range. */
@Injectable()
export class SeriesRepository {
  constructor(private readonly pool: HotPool) {}

  /** All keys of these devices, or those of these names. */
  async names(tenant: Tenant, deviceIds: readonly string[], keys: readonly string[] | null): Promise<SeriesName[]> {
    return this.pool.query<SeriesName>(
      `SELECT device_id, key_id, key FROM series_keys
       WHERE tenant_id = $1 AND device_id = ANY ($2) AND ($3::text[] IS NULL OR key = ANY ($3))
       ORDER BY array_position($2, device_id), array_position($3, key), key`,
      [tenant.id, deviceIds, keys],
    );
  }

  /** Only buckets that have points. */
  async buckets(
    tenant: Tenant,
    names: readonly SeriesName[],
    { fromMs, toMs }: SeriesRange,
    { firstMs, intervalMs }: Buckets,
    aggregate: Aggregate,
  ): Promise<BucketRow[]> {
    // Buckets of whole days need no points but those of the days in which the range begins and ends.
    const isByDays = intervalMs % dayMs === 0;
    const wholeFrom = Math.ceil(fromMs / dayMs);
    const wholeTo = isByDays ? Math.floor(toMs / dayMs) : wholeFrom;
    const { ofPoints, ofDay, ofAll } = stepsTo[aggregate];
    return this.pool.query<BucketRow>(
      // OFFSET 0: reckoned once a day, not for each point. Each day is put together by itself, for all points would be sorted.
      `WITH parts AS NOT MATERIALIZED (
         SELECT s.*, own.* FROM unnest($2::uuid[], $3::smallint[]) AS wanted (device_id, key_id)
           JOIN series_days s ON s.tenant_id = $1 AND s.device_id = wanted.device_id AND s.key_id = wanted.key_id
             AND s.day BETWEEN ${dayOne} + $4::int AND ${dayOne} + $5::int
           CROSS JOIN LATERAL (SELECT (s.day - ${dayOne})::bigint * ${dayMs.toString()} AS midnight OFFSET 0) AS own
       )
       SELECT device_id, key_id, bucket, ${ofAll} AS value
       FROM (
         SELECT device_id, key_id, ((midnight - $8) / $9)::int AS bucket, ${ofDay}
         FROM parts WHERE day >= ${dayOne} + $10::int AND day < ${dayOne} + $11::int
         UNION ALL
         SELECT device_id, key_id, by_bucket.*
         FROM parts
           CROSS JOIN LATERAL (SELECT midnight - $8 AS shift, GREATEST($6 - midnight, 0)::int AS begins,
             LEAST($7 - midnight, ${dayMs.toString()})::int AS ends OFFSET 0) AS bounds
           CROSS JOIN LATERAL (
             SELECT ((shift + time) / $9)::int AS bucket, ${ofPoints}
             FROM (SELECT unnest(times) AS time, unnest("values") AS value) AS point
             WHERE time >= begins AND time < ends GROUP BY bucket
           ) AS by_bucket
         WHERE NOT (day >= ${dayOne} + $10::int AND day < ${dayOne} + $11::int)
       ) AS buckets
       GROUP BY device_id, key_id, bucket`,
      [
        tenant.id,
        names.map(({ device_id }) => device_id),
        names.map(({ key_id }) => key_id),
        Math.floor(fromMs / dayMs),
        Math.floor((toMs - 1) / dayMs),
        ...[fromMs, toMs, firstMs, intervalMs],
        ...[wholeFrom, wholeTo],
      ],
    );
  }
}
