import { Logger } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { LogLevel } from '../config/settings.js';
import { JsonLogger } from './json-logger.js';
import { withLogFields } from './log-context.js';

/** What the work logged, each line parsed. */
function linesOf(work: (logger: JsonLogger) => void, level: LogLevel = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  work(new JsonLogger(level, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('JsonLogger', () => {
  it('writes one object a line, with time, level and context', () => {
    const [line] = linesOf((logger) => {
      logger.log('ready', 'Server');
    });
    expect(line).toMatchObject({ level: 'info', context: 'Server', msg: 'ready', pid: process.pid });
    expect(line?.['time']).toMatch(/^\d{4}-.*Z$/);
  });

  it('keeps the fields and the text of a call by Nest’s Logger', () => {
    const lines = linesOf((logger) => {
      logger.warn({ err: new Error('gone'), integration_id: 'i' }, 'the broker is away', 'MqttSender');
      logger.error('text', undefined, 'Context');
      logger.error('text', 'Error: x\n    at y (z:1:2)', 'Context');
      logger.error(new TypeError('thrown'), 'Context');
    });
    expect(lines[0]).toMatchObject({
      level: 'warn',
      context: 'MqttSender',
      integration_id: 'i',
      msg: 'the broker is away',
      err: { type: 'Error', message: 'gone' },
    });
    expect(lines[1]).toMatchObject({ level: 'error', context: 'Context', msg: 'text' });
    expect(lines[2]).toMatchObject({ stack: 'Error: x\n    at y (z:1:2)', msg: 'text' });
    expect(lines[3]).toMatchObject({ err: { type: 'TypeError', message: 'thrown' }, msg: 'thrown' });
  });

  it('writes nothing below its level, and nothing at all when silent', () => {
    const work = (logger: JsonLogger) => {
      logger.debug('x', 'C');
      logger.log('x', 'C');
      logger.warn('x', 'C');
    };
    expect(linesOf(work, 'warn')).toHaveLength(1);
    expect(linesOf(work, 'silent')).toHaveLength(0);
  });

  it('tells Nest’s start only to whoever wants to know', () => {
    const work = (logger: JsonLogger) => {
      logger.log('Mapped {/api/health, GET} route', 'RouterExplorer');
    };
    expect(linesOf(work)).toHaveLength(0);
    expect(linesOf(work, 'debug')).toHaveLength(1);
  });

  it('masks secrets at the top of a line and one level down', () => {
    const [line] = linesOf((logger) => {
      const secrets = { password: 'hunter2', token: 'hunter2', 'x-api-key': 'hunter2', authorization: 'hunter2' };
      logger.log({ ...secrets, headers: { ...secrets, cookie: 'hunter2' }, body: secrets }, 'answered', 'Request');
    });
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });

  it('keeps of an error only what is safe: no parameters, no row, no request', () => {
    const failed = Object.assign(new Error('duplicate key', { cause: new Error('inner') }), {
      code: '23505',
      constraint: 'UQ_users_email',
      detail: 'Key (email)=(hunter2) already exists.',
      parameters: ['hunter2'],
      query: "INSERT 'hunter2'",
    });
    const [line] = linesOf((logger) => {
      logger.error({ err: failed }, 'failed', 'C');
    });
    expect(JSON.stringify(line)).not.toContain('hunter2');
    expect(line).toMatchObject({ err: { code: '23505', constraint: 'UQ_users_email', cause: { message: 'inner' } } });
  });

  it('adds the fields of the work that is going on', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = new JsonLogger('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
    await withLogFields({ request_id: 'r' }, async () => {
      await Promise.resolve();
      withLogFields({ run_id: 'u' }, () => {
        logger.log('inner', 'C');
      });
      logger.log('outer', 'C');
    });
    logger.log('after', 'C');
    expect(lines.map(({ request_id, run_id }) => [request_id, run_id])).toEqual([
      ['r', 'u'],
      ['r', undefined],
      [undefined, undefined],
    ]);
  });

  it('stands behind Nest’s Logger', () => {
    const lines = linesOf((logger) => {
      Logger.overrideLogger(logger);
      new Logger('Somewhere').warn({ a: 1 }, 'text');
      Logger.overrideLogger(false);
    });
    expect(lines[0]).toMatchObject({ a: 1, msg: 'text', context: 'Somewhere' });
  });
});
