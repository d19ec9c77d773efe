import { defaultMeasurement, type PostgresConfig } from '../config/storage-config.js';
import type { Point } from '../points/point.js';

/** The table of a storage, quoted, also where it is a word of SQL. */
export function tableOf({ table = defaultMeasurement }: PostgresConfig): string {
  return table
    .split('.')
    .map((name) => `"${name}"`)
    .join('.');
}

/**
 * One row a point. The key is (time, delivery_id): of one delivery both are ever the same, and a hypertable wants the
 * time in every unique key.
 */
export function createTableSql(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
  time timestamptz NOT NULL,
  delivery_id uuid NOT NULL,
  measurement text NOT NULL,
  device_id text,
  dev_eui text,
  device text,
  tags jsonb NOT NULL,
  fields jsonb NOT NULL,
  PRIMARY KEY (time, delivery_id)
)`;
}

/** What is asked for is mostly one device's last days. */
export function createIndexSql(table: string): string {
  return `CREATE INDEX IF NOT EXISTS "IDX_${table.replaceAll('"', '').replace('.', '_').slice(-40)}_device_id_time"
  ON ${table} (device_id, time DESC)`;
}

/** A point that is there already came with an earlier attempt of the same delivery. */
export function insertSql(table: string): string {
  return `INSERT INTO ${table} (time, delivery_id, measurement, device_id, dev_eui, device, tags, fields)
SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])
ON CONFLICT (time, delivery_id) DO NOTHING`;
}

export function readSql(table: string): string {
  return `SELECT time, delivery_id, measurement, tags, fields FROM ${table} WHERE time = $1 AND delivery_id = $2`;
}

/** The parameters of `insertSql`, column by column. */
export function columnsOf(points: readonly Point[]): unknown[] {
  const rows = points.map(rowOf);
  return [
    rows.map(({ time }) => time),
    rows.map(({ delivery_id }) => delivery_id),
    rows.map(({ measurement }) => measurement),
    rows.map(({ device_id }) => device_id),
    rows.map(({ dev_eui }) => dev_eui),
    rows.map(({ device }) => device),
    rows.map(({ tags }) => JSON.stringify(tags)),
    rows.map(({ fields }) => JSON.stringify(fields)),
  ];
}

/** A point as the row that it becomes. */
export function rowOf({ timeMs, deliveryId, measurement, tags, fields }: Point) {
  return {
    time: new Date(timeMs).toISOString(),
    delivery_id: deliveryId,
    measurement,
    device_id: tags['device_id'] ?? null,
    dev_eui: tags['dev_eui'] ?? null,
    device: tags['device'] ?? null,
    tags,
    fields,
  };
}
