import type { Dispatcher } from 'undici';
import { userAgent } from '../../../core/outbound/user-agent.js';
import { secretMask } from '../../../core/outbound/secrets.rules.js';
import type { Precision } from '../config/storage-config.js';
import type { ReadyInflux } from './storage-target.js';

/** One HTTP request to InfluxDB. */
export interface InfluxRequest {
  origin: string;
  path: string;
  method: Dispatcher.HttpMethod;
  headers: Record<string, string>;
  body: string | null;
}

/** `POST /write` of 1.x, `POST /api/v2/write` of 2.x. */
export function writeOf(target: ReadyInflux, lines: string): InfluxRequest {
  const precision = precisionOf(target);
  // 1.x calls microseconds `u`.
  const parameters =
    target.type === 'influxdb'
      ? {
          db: target.config.database,
          rp: target.config.retention_policy,
          precision: precision === 'us' ? 'u' : precision,
        }
      : { org: target.config.org, bucket: target.config.bucket, precision };
  return {
    ...toward(target, target.type === 'influxdb' ? '/write' : '/api/v2/write', parameters),
    method: 'POST',
    headers: { ...headersOf(target), 'content-type': 'text/plain; charset=utf-8' },
    body: lines,
  };
}

/** Asks for what was written at one moment. */
export function readOf(target: ReadyInflux, measurement: string, timeMs: number): InfluxRequest {
  if (target.type === 'influxdb') {
    const { database, retention_policy: policy } = target.config;
    const source = [policy, measurement].filter((name) => name !== undefined).map(identifier);
    const q = `SELECT * FROM ${source.join('.')} WHERE time = ${timeMs}ms LIMIT 1`;
    const read = toward(target, '/query', { db: database, epoch: 'ms', q });
    return { ...read, method: 'GET', headers: headersOf(target), body: null };
  }
  const times = `start: ${rfc3339(timeMs - 1_000)}, stop: ${rfc3339(timeMs + 1_000)}`;
  const flux = `from(bucket: ${fluxText(target.config.bucket)}) |> range(${times})
  |> filter(fn: (r) => r._measurement == ${fluxText(measurement)}) |> limit(n: 1)`;
  return {
    ...toward(target, '/api/v2/query', { org: target.config.org }),
    method: 'POST',
    headers: { ...headersOf(target), 'content-type': 'application/vnd.flux', accept: 'application/csv' },
    body: flux,
  };
}

/** The request as people may see it. */
export function shown({ origin, path, method, headers, body }: InfluxRequest): object {
  const masked = 'authorization' in headers ? { ...headers, authorization: secretMask } : headers;
  return { method, url: origin + path, headers: masked, body };
}

export function precisionOf({ config }: ReadyInflux): Precision {
  return config.precision ?? 'ms';
}

function toward(target: ReadyInflux, path: string, parameters: Record<string, string | undefined>) {
  const { config, port } = target;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const origin = `${config.tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  return { origin, path: `${path}?${new URLSearchParams(given).toString()}` };
}

function headersOf(target: ReadyInflux): Record<string, string> {
  const common = { 'user-agent': userAgent };
  if (target.type === 'influxdb2') return { ...common, authorization: asLatin1(`Token ${target.config.token}`) };
  const { username, password = '' } = target.config;
  if (username === undefined) return common;
  return { ...common, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** Header values travel as bytes. */
function asLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function identifier(name: string): string {
  return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
}

function fluxText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('${', '\\${')}"`;
}

function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
