import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { ObjectReader, present } from '../../../core/json/object-reader.js';
import { checkTemplate, readPressure, readTls } from '../../../core/outbound/config-parts.rules.js';
import type { TlsConfig } from '../../../core/outbound/connection-config.js';
import { joinSecrets, partConfig, unbackedMasks, type Secrets } from '../../../core/outbound/secrets.rules.js';
import {
  precisions,
  secretPlaces,
  type Influx2Config,
  type InfluxConfig,
  type PostgresConfig,
  type StorageTarget,
  type StorageType,
} from './storage-config.js';

const host = {
  maxLength: 255,
  pattern: {
    matches: /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})|\[?[0-9A-Fa-f:.]{2,45}\]?)$/,
    wants: 'must be a host name or an address, without scheme and port',
  },
};
const oneLine = { maxLength: 8_192, pattern: { matches: /^[^\r\n]*$/, wants: 'must be one line' } };
/** What needs no quotes in SQL but for its case, at most 63 bytes as PostgreSQL has them. */
const table = {
  pattern: {
    matches: /^[A-Za-z_][A-Za-z0-9_]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/,
    wants: 'must be name or schema.name, of letters, digits and _',
  },
};
const maxTags = 32;
const maxIntegerFields = 100;
/** Written by ourselves; a second one would be another series. */
const ownTags = new Set(['device', 'device_id', 'dev_eui', 'event', 'labels', 'profile', 'time']);

/**
 * Turns what a client sent into a checked config with its secrets in place, or throws with every fault's path. A mask in
 * it stands for the stored secret of the same place.
 */
export function parseStorage(type: StorageType, value: Record<string, unknown>, stored: Secrets = {}): StorageTarget {
  const errors: FieldError[] = [];
  // An empty text means that nothing was typed: document 001's form sends every field it shows.
  const given = Object.entries(joinSecrets(value, stored)).filter(([, field]) => field !== '');
  const reader = new ObjectReader(Object.fromEntries(given), '', errors);
  const target = readTarget(type, reader);
  refuseOthers(reader, type);
  const faults = errors.length > 0 ? errors : unbackedMasks(partConfig(target.config, secretPlaces).secrets, '');
  if (faults.length > 0) throw new ValidationFailed(faults);
  return target;
}

function readTarget(type: StorageType, reader: ObjectReader): StorageTarget {
  if (type === 'influxdb') return { type, config: readInflux(reader) };
  if (type === 'influxdb2') return { type, config: readInflux2(reader) };
  return { type, config: readPostgres(reader) };
}

function readInflux(reader: ObjectReader): InfluxConfig {
  const config = present({
    ...readCommon(reader),
    ...readLineProtocol(reader),
    database: reader.requireText('database', oneLine),
    retention_policy: reader.takeText('retention_policy', oneLine),
    username: reader.takeText('username', oneLine),
    password: reader.takeText('password', oneLine),
  });
  if (config.password !== undefined && config.username === undefined)
    reader.refuse('username', 'is required with password');
  return config;
}

function readInflux2(reader: ObjectReader): Influx2Config {
  return present({
    ...readCommon(reader),
    ...readLineProtocol(reader),
    org: reader.requireText('org', oneLine),
    bucket: reader.requireText('bucket', oneLine),
    token: reader.requireText('token', oneLine),
  });
}

function readPostgres(reader: ObjectReader): PostgresConfig {
  return present({
    ...readCommon(reader),
    database: reader.requireText('database', oneLine),
    username: reader.requireText('username', oneLine),
    password: reader.takeText('password', oneLine),
    table: reader.takeText('table', table),
    create_table: reader.takeFlag('create_table'),
  });
}

function readCommon(reader: ObjectReader) {
  const measurement = reader.takeText('measurement', oneLine);
  if (measurement !== undefined) checkTemplate(reader, 'measurement', measurement);
  return present({
    host: reader.requireText('host', host).replaceAll(/^\[|\]$/g, ''),
    port: reader.takeInteger('port', 1, 65_535),
    tls: readTlsOf(reader),
    timeout_ms: reader.takeInteger('timeout_ms', 1_000, 30_000),
    measurement,
    tags: readTags(reader),
    ...readPressure(reader),
  });
}

function readLineProtocol(reader: ObjectReader) {
  return present({
    precision: reader.takeOneOf('precision', precisions),
    integer_fields: readIntegerFields(reader),
  });
}

/** `true` is the short form of TLS with nothing to add. */
function readTlsOf(reader: ObjectReader): TlsConfig | undefined {
  const value = reader.take('tls');
  if (typeof value === 'boolean') return value ? {} : undefined;
  const tls = reader.takeObject('tls');
  if (tls === undefined) return undefined;
  const read = { ...readTls(tls), ...present({ reject_unauthorized: tls.takeFlag('reject_unauthorized') }) };
  tls.refuseUnknown();
  return read;
}

function readTags(reader: ObjectReader): Record<string, string> | undefined {
  const tags = reader.takeObject('tags');
  if (tags === undefined) return undefined;
  const names = tags.keys();
  if (names.length > maxTags) reader.refuse('tags', `must be at most ${maxTags}`);
  const entries = names.flatMap((name): [string, string][] => {
    if (name === '' || name.length > 255 || ownTags.has(name) || /[\u0000-\u001f\u007f]/.test(name)) {
      tags.take(name);
      tags.refuse(name, ownTags.has(name) ? 'is written by Fieldline itself' : 'is no name of a tag');
      return [];
    }
    const text = tags.takeText(name, oneLine);
    if (text !== undefined) checkTemplate(tags, name, text);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(entries);
}

function readIntegerFields(reader: ObjectReader): string[] | undefined {
  const value = reader.take('integer_fields');
  if (value === undefined) return undefined;
  const all: unknown[] = Array.isArray(value) ? value : [];
  const fields = all.filter((field): field is string => typeof field === 'string' && /^[^\u0000]{1,255}$/.test(field));
  if (Array.isArray(value) && fields.length === all.length && fields.length <= maxIntegerFields) return fields;
  reader.refuse('integer_fields', `must be at most ${maxIntegerFields} names of fields`);
  return undefined;
}

/** Names the type: whoever changes it finds out which fields it does not have. */
function refuseOthers(reader: ObjectReader, type: StorageType): void {
  for (const key of reader.unread()) reader.refuse(key, `is no field of a storage of type ${type}`);
}
