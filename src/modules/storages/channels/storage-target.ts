import { defaultScheduleMs } from '../../../core/outbound/connection-config.js';
import { Redaction } from '../../../core/outbound/redaction.rules.js';
import { partConfig } from '../../../core/outbound/secrets.rules.js';
import {
  defaultTimeoutMs,
  portOf,
  secretPlaces,
  type Influx2Config,
  type InfluxConfig,
  type PostgresConfig,
  type StorageTarget,
  type StorageType,
} from '../config/storage-config.js';
import { PointMaker } from '../points/point.rules.js';

interface ReadyOf<Type extends StorageType, Config> {
  type: Type;
  /** Whole, with its secrets: never logged, never answered. */
  config: Config;
  destinationId: string;
  /** Another version is another target: its connections are its own. */
  version: number;
  enabled: boolean;
  port: number;
  timeoutMs: number;
  scheduleMs: readonly number[];
  redaction: Redaction;
  points: PointMaker;
}

export type ReadyInflux = ReadyOf<'influxdb', InfluxConfig> | ReadyOf<'influxdb2', Influx2Config>;
export type ReadyPostgres = ReadyOf<'postgresql' | 'timescaledb', PostgresConfig>;

/** A stored storage, opened and ready to be written to. */
export type ReadyStorage = ReadyInflux | ReadyPostgres;

export function readyStorage(
  { id, version, enabled }: { id: string; version: number; enabled: boolean },
  target: StorageTarget,
): ReadyStorage {
  const { config } = target;
  const { secrets } = partConfig(config, secretPlaces);
  const username = target.type === 'influxdb2' ? undefined : target.config.username;
  const common = {
    destinationId: id,
    version,
    enabled,
    port: portOf(target),
    timeoutMs: config.timeout_ms ?? defaultTimeoutMs,
    scheduleMs: config.schedule_ms ?? defaultScheduleMs,
    redaction: new Redaction(secrets, username),
    points: new PointMaker(config),
  };
  if (target.type === 'influxdb') return { ...target, ...common };
  return target.type === 'influxdb2' ? { ...target, ...common } : { ...target, ...common };
}

export function isInflux(target: ReadyStorage): target is ReadyInflux {
  return target.type === 'influxdb' || target.type === 'influxdb2';
}
