import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Buckets } from './series-interval.rules.js';
import { dateOf } from './series-points.rules.js';

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

const aggregateSql: Readonly<Record<Aggregate, string>> = {
  avg: 'avg(value)',
  min: 'min(value)',
  max: 'max(value)',
  sum: 'sum(value)',
  count: 'count(*)::float8',
  last: '(array_agg(value ORDER BY at DESC))[1]',
};

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
    const values = [
      tenant.id,
      names.map(({ device_id }) => device_id),
      names.map(({ key_id }) => key_id),
      dateOf(fromMs),
      dateOf(toMs - 1),
    ];
    const source = `FROM unnest($2::uuid[], $3::smallint[]) AS wanted (device_id, key_id)
      JOIN series_days s ON s.tenant_id = $1 AND s.device_id = wanted.device_id AND s.key_id = wanted.key_id
        AND s.day BETWEEN $4::date AND $5::date`;
    const [parts] = await this.pool.query<{ several: boolean }>(
      `SELECT bool_or(s.part > 0) AS several ${source}`,
      values,
    );
    // What was folded again after a day had several parts may stand in two of them.
    const once = parts?.several === true ? 'DISTINCT ON (s.device_id, s.key_id, at)' : '';
    return this.pool.query<BucketRow>(
      `SELECT device_id, key_id, ((at - $8) / $9)::int AS bucket, ${aggregateSql[aggregate]} AS value
       FROM (
         SELECT ${once} s.device_id, s.key_id, midnight.ms + point.time AS at, point.value
         ${source}
           CROSS JOIN LATERAL (SELECT (s.day - date '1970-01-01')::bigint * 86400000 AS ms) AS midnight
           CROSS JOIN LATERAL unnest(s.times, s.values) AS point (time, value)
         ${once === '' ? '' : 'ORDER BY s.device_id, s.key_id, at, s.part DESC'}
       ) AS points
       WHERE at >= $6 AND at < $7
       GROUP BY device_id, key_id, bucket`,
      [...values, fromMs, toMs, firstMs, intervalMs],
    );
  }
}
