import { describe, expect, it } from '@jest/globals';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { parseStorage } from './parse-storage.rules.js';
import type { StorageType } from './storage-config.js';

const influx = { host: 'influx.example.org', database: 'telemetry' };
const influx2 = { host: 'influx.example.org', org: 'acme', bucket: 'climate', token: 't' };
const postgres = { host: '10.1.2.3', database: 'telemetry', username: 'writer' };

function faultsOf(type: StorageType, config: Record<string, unknown>): string[] {
  try {
    parseStorage(type, config);
    return [];
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    return error.errors.map(({ path }) => path);
  }
}

describe('the config of a storage', () => {
  it('is read with what its type needs', () => {
    expect(parseStorage('influxdb', influx)).toEqual({ type: 'influxdb', config: influx });
    expect(parseStorage('influxdb2', influx2)).toEqual({ type: 'influxdb2', config: influx2 });
    expect(parseStorage('timescaledb', postgres)).toEqual({ type: 'timescaledb', config: postgres });
  });

  it('takes an empty text for nothing, and `tls: true` for TLS with nothing to add', () => {
    const given = { ...influx, username: '', password: '', tls: true };
    expect(parseStorage('influxdb', given).config).toEqual({ ...influx, tls: {} });
    expect(parseStorage('influxdb', { ...influx, tls: false }).config).toEqual(influx);
  });

  it('says what is missing', () => {
    expect(faultsOf('influxdb', {})).toEqual(['host', 'database']);
    expect(faultsOf('influxdb2', { host: 'h' })).toEqual(['org', 'bucket', 'token']);
    expect(faultsOf('postgresql', { host: 'h' })).toEqual(['database', 'username']);
    expect(faultsOf('influxdb', { ...influx, password: 'p' })).toEqual(['username']);
  });

  it.each<[StorageType, Record<string, unknown>, string]>([
    ['influxdb', { ...influx, host: 'http://influx:8086' }, 'host'],
    ['influxdb', { ...influx, port: 70_000 }, 'port'],
    ['influxdb', { ...influx, precision: 'minutes' }, 'precision'],
    ['influxdb', { ...influx, token: 't' }, 'token'],
    ['influxdb', { ...influx, measurement: '{{broken' }, 'measurement'],
    ['influxdb', { ...influx, tags: { device: 'x' } }, 'tags.device'],
    ['influxdb', { ...influx, tags: { a: 1 } }, 'tags.a'],
    ['influxdb', { ...influx, integer_fields: [1] }, 'integer_fields'],
    ['influxdb', { ...influx, tls: { cert: 'x' } }, 'tls.cert'],
    ['postgresql', { ...postgres, table: 'a"; DROP TABLE b' }, 'table'],
    ['postgresql', { ...postgres, table: 'a.b.c' }, 'table'],
    ['postgresql', { ...postgres, create_table: 'yes' }, 'create_table'],
    ['postgresql', { ...postgres, precision: 'ms' }, 'precision'],
    ['influxdb', { ...influx, username: 'u', password: '********' }, 'password'],
  ])('refuses for %s %j', (type, config, path) => {
    expect(faultsOf(type, config)).toContain(path);
  });
});
