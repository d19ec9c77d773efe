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

/** Over rows that stand for one point or for all of a day. */
const aggregateSql: Readonly<Record<Aggregate, string>> = {
  // PostgreSQL's own avg also keeps squares, and gives up where one is too large.
  avg: 'sum(total) / sum(points)',
  min: 'min(low)',
  max: 'max(high)',
  sum: 'sum(total)',
  count: 'sum(points)::float8',
  last: '(array_agg(last ORDER BY at DESC))[1]',
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

  /** Only buckets that have points. Each part is put together by itself first: all points at once would be sorted. */
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
    return this.pool.query<BucketRow>(
      `WITH parts AS NOT MATERIALIZED (
         SELECT s.*, (s.day - ${dayOne})::bigint * ${dayMs.toString()} AS midnight
         FROM unnest($2::uuid[], $3::smallint[]) AS wanted (device_id, key_id)
           JOIN series_days s ON s.tenant_id = $1 AND s.device_id = wanted.device_id AND s.key_id = wanted.key_id
             AND s.day BETWEEN ${dayOne} + $4::int AND ${dayOne} + $5::int
       )
       SELECT device_id, key_id, bucket, ${aggregateSql[aggregate]} AS value
       FROM (
         SELECT device_id, key_id, ((midnight - $8) / $9)::int AS bucket, midnight + starts AS at, points, low, high, total, last
         FROM parts WHERE day >= ${dayOne} + $10::int AND day < ${dayOne} + $11::int
         UNION ALL
         SELECT device_id, key_id, own.* FROM parts CROSS JOIN LATERAL (
           SELECT ((midnight + time - $8) / $9)::int AS bucket, midnight + max(time) AS at, count(*) AS points,
             min(value) AS low, max(value) AS high, sum(value) AS total, (array_agg(value ORDER BY time DESC))[1] AS last
           FROM (SELECT unnest(times) AS time, unnest("values") AS value) AS point
           WHERE midnight + time >= $6 AND midnight + time < $7 GROUP BY bucket
         ) AS own
         WHERE NOT (day >= ${dayOne} + $10::int AND day < ${dayOne} + $11::int)
       ) AS rows
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
