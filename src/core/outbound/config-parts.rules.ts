import { parseTemplate, TemplateInvalid } from './template.rules.js';
import { present, type ObjectReader, type Present } from '../json/object-reader.js';
import type { PressureConfig, TlsConfig } from './connection-config.js';

/** Parts that configs of outward connections share. Each notes what is wrong and answers what is right. */

const pem = {
  matches: /^\s*-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----\s*$/,
  wants: 'must be a PEM text',
};
const pemMaxLength = 64 * 1024;

const dayMs = 24 * 60 * 60 * 1_000;
/** Waiting deliveries are kept at least seven days; a schedule must end before. */
const scheduleMaxMs = 6 * dayMs;
const scheduleMaxAttempts = 20;

export function takePem(reader: ObjectReader, key: string): string | undefined {
  return reader.takeText(key, { maxLength: pemMaxLength, pattern: pem });
}

export function readTls(reader: ObjectReader): Present<Record<'ca' | 'cert' | 'key', string | undefined>> {
  const tls = { ca: takePem(reader, 'ca'), cert: takePem(reader, 'cert'), key: takePem(reader, 'key') };
  checkPair(reader, tls);
  return present(tls);
}

export function checkPair(
  reader: ObjectReader,
  tls: Pick<TlsConfig, 'cert' | 'key'> | Record<'cert' | 'key', string | undefined>,
): void {
  if (tls.cert !== undefined && tls.key === undefined) reader.refuse('key', 'is required with cert');
  if (tls.key !== undefined && tls.cert === undefined) reader.refuse('cert', 'is required with key');
}

export function readPressure(reader: ObjectReader): PressureConfig {
  return present({
    schedule_ms: readSchedule(reader),
    max_in_flight: reader.takeInteger('max_in_flight', 1, 1_000),
    rate_per_second: reader.takeNumber('rate_per_second', 0.001, 100_000),
  });
}

export function checkTemplate(reader: ObjectReader, key: string, text: string): void {
  try {
    parseTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateInvalid)) throw error;
    reader.refuse(key, error.message);
  }
}

function readSchedule(reader: ObjectReader): number[] | undefined {
  const value = reader.take('schedule_ms');
  if (value === undefined) return undefined;
  const delays: unknown[] = Array.isArray(value) ? value : [];
  const whole = delays.filter(
    (delay): delay is number => typeof delay === 'number' && Number.isInteger(delay) && delay >= 0,
  );
  const total = whole.reduce((sum, delay) => sum + delay, 0);
  if (
    delays.length > 0 &&
    delays.length <= scheduleMaxAttempts &&
    whole.length === delays.length &&
    total <= scheduleMaxMs
  ) {
    return whole;
  }
  reader.refuse(
    'schedule_ms',
    `must be 1 to ${scheduleMaxAttempts} delays in whole milliseconds, together at most 6 days`,
  );
  return undefined;
}
