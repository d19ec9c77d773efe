/*
 * What a storage's `config` says, by its type. On the wire these fields stand beside name and type, as document 001 has
 * them; where a secret stands, the stored form holds the mask.
 */

import type { PressureConfig, TlsConfig } from '../../../core/outbound/connection-config.js';

export const storageTypes = ['influxdb', 'influxdb2', 'postgresql', 'timescaledb'] as const;
export type StorageType = (typeof storageTypes)[number];

export const precisions = ['ns', 'us', 'ms', 's'] as const;
export type Precision = (typeof precisions)[number];

interface CommonConfig extends PressureConfig {
  host: string;
  /** Default 8086 for InfluxDB, 5432 for PostgreSQL. */
  port?: number;
  /** Present, even empty, means TLS. */
  tls?: TlsConfig;
  /** One write, 1,000 to 30,000; default 10,000. */
  timeout_ms?: number;
  /** What points are called; may hold `{{path}}`. */
  measurement?: string;
  /** Further tags; may hold `{{path}}`, and are left out where that leads nowhere. */
  tags?: Record<string, string>;
}

interface LineProtocolConfig extends CommonConfig {
  /** Of the written times; default ms, which is what events have. */
  precision?: Precision;
  /** Fields that are written as integers. All other numbers are floats, whatever they look like. */
  integer_fields?: string[];
}

/** InfluxDB 1.x. */
export interface InfluxConfig extends LineProtocolConfig {
  database: string;
  retention_policy?: string;
  username?: string;
  /** Secret. */
  password?: string;
}

/** InfluxDB 2.x. */
export interface Influx2Config extends LineProtocolConfig {
  org: string;
  bucket: string;
  /** Secret. */
  token: string;
}

export interface PostgresConfig extends CommonConfig {
  database: string;
  username: string;
  /** Secret. */
  password?: string;
  /** `name` or `schema.name`. */
  table?: string;
  /** Make the table where it is missing, as a hypertable where TimescaleDB is there. */
  create_table?: boolean;
}

/** A type and the config that belongs to it. */
export type StorageTarget =
  | { type: 'influxdb'; config: InfluxConfig }
  | { type: 'influxdb2'; config: Influx2Config }
  | { type: 'postgresql' | 'timescaledb'; config: PostgresConfig };

export type StorageConfig = StorageTarget['config'];

/** Every field that one of the types has. */
export const configKeys = [
  ...['host', 'port', 'database', 'username', 'password', 'token', 'org', 'bucket', 'retention_policy'],
  ...['precision', 'integer_fields', 'measurement', 'tags', 'table', 'create_table', 'tls', 'timeout_ms'],
  ...['schedule_ms', 'max_in_flight', 'rate_per_second'],
] as const;

export const secretPlaces = ['password', 'token', 'tls/key'] as const;

/** What points, and the tables that hold them, are called unless told otherwise. */
export const defaultMeasurement = 'device_data';
export const defaultTimeoutMs = 10_000;

export function portOf({ type, config }: StorageTarget): number {
  return config.port ?? (type === 'influxdb' || type === 'influxdb2' ? 8086 : 5432);
}
