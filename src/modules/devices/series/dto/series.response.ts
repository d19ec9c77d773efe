import { ApiProperty } from '@nestjs/swagger';
import type { Buckets } from '../series-interval.rules.js';
import { aggregates, type Aggregate, type BucketRow, type SeriesName, type SeriesRange } from '../series.repository.js';

/** One reading of one device, a value a bucket. */
export class OneSeriesResponse {
  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ example: 'air.temperature' })
  key: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'number', nullable: true },
    description: 'One for each of `times`; null where there are no points.',
    example: [21.5, null, 21.7],
  })
  values: (number | null)[];

  constructor(name: SeriesName, values: (number | null)[]) {
    this.device_id = name.device_id;
    this.key = name.key;
    this.values = values;
  }
}

/** Readings over time, gaps included. */
export class SeriesResponse {
  @ApiProperty({ format: 'date-time' })
  from: string;

  @ApiProperty({ format: 'date-time' })
  to: string;

  @ApiProperty({ description: 'The length of a bucket.', example: 300 })
  interval_seconds: number;

  @ApiProperty({ enum: aggregates })
  agg: Aggregate;

  @ApiProperty({ type: String, isArray: true, format: 'date-time', description: 'When each bucket begins.' })
  times: string[];

  @ApiProperty({ type: OneSeriesResponse, isArray: true })
  series: OneSeriesResponse[];

  constructor(found: {
    range: SeriesRange;
    buckets: Buckets;
    aggregate: Aggregate;
    names: SeriesName[];
    rows: BucketRow[];
  }) {
    const { range, buckets, names, rows } = found;
    this.from = new Date(range.fromMs).toISOString();
    this.to = new Date(range.toMs).toISOString();
    this.interval_seconds = buckets.intervalMs / 1_000;
    this.agg = found.aggregate;
    this.times = Array.from({ length: buckets.count }, (_, index) =>
      new Date(buckets.firstMs + index * buckets.intervalMs).toISOString(),
    );
    const valuesOf = new Map(names.map((name) => [idOf(name), new Array<number | null>(buckets.count).fill(null)]));
    for (const row of rows) valuesOf.get(idOf(row))?.splice(row.bucket, 1, row.value);
    this.series = names.map((name) => new OneSeriesResponse(name, valuesOf.get(idOf(name)) ?? []));
  }
}

const idOf = ({ device_id, key_id }: { device_id: string; key_id: number }): string =>
  `${device_id} ${key_id.toString()}`;
