import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/settings.js';
import { currentLogFields } from './log-context.js';
import { safeError } from './safe-error.js';

/** Nest's own chatter at start: a line a module and a route. */
const chatter = ['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver'];

/** Never logged, wherever somebody puts them: at the top of a line, or one level down. */
const secretKeys = [
  'authorization',
  '["x-api-key"]',
  '["x-device-api-key"]',
  '["x-provisioning-key"]',
  'cookie',
  '["set-cookie"]',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'api_key',
  'apiKey',
  'deviceApiKey',
  'provisioningKey',
  'secret',
  'secretKey',
];
const redactedPaths = secretKeys.flatMap((key) => [key, key.startsWith('[') ? `*${key}` : `*.${key}`]);

/**
 * Nest's logger as one JSON object a line, on standard output. Beside its own fields each line has those of the work it
 * was logged in (see withLogFields).
 *
 * @example this.logger.warn({ err: error, integration_id: id }, 'the broker is away');
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: LogLevel, destination?: DestinationStream) {
    this.pino = pino(
      {
        level,
        base: { pid: process.pid },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        // A copy: pino writes the line's own fields into it.
        mixin: () => ({ ...currentLogFields() }),
        serializers: { err: (error: unknown) => safeError(error) },
        redact: { paths: redactedPaths, censor: '********' },
      },
      destination ?? pino.destination({ fd: 1, sync: true }),
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write(typeof context === 'string' && chatter.includes(context) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest puts the context last; between it and the message stand a text for the fields, or fields, or a stack. */
  private write(level: pino.Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const last = rest.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    const between = (context === undefined ? rest : rest.slice(0, -1)).filter((item) => item !== undefined);
    const fields = Object.assign({}, ...[message, ...between].map(fieldsOf)) as object;
    const texts = [message, ...between].filter((item) => typeof item === 'string');
    const text = texts[0] ?? (message instanceof Error ? message.message : undefined);
    const stack = texts.slice(1).find((item) => /\n\s+at /.test(item));
    this.pino[level](
      { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }), ...fields },
      text,
    );
  }
}

function fieldsOf(item: unknown): object {
  if (item instanceof Error) return { err: item };
  return typeof item === 'object' && item !== null ? item : {};
}
