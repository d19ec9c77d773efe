import { BadRequestException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../errors/app-error.js';
import { ValidationFailed } from '../../errors/validation-failed.js';
import { problemOf } from './problem-of.js';

class TooOften extends AppError {
  readonly kind = 'too_many';
  readonly code = 'login.too_often';
  override readonly retryAfterSeconds = 30;
}
class SpoolFull extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'spool.full';
}

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('problemOf', () => {
  it('takes everything from an error of ours', () => {
    expect(problemOf(new ValidationFailed([{ path: 'a.b', message: 'must be text' }]))).toEqual({
      status: 400,
      code: 'validation.failed',
      detail: 'a.b: must be text',
      errors: [{ path: 'a.b', message: 'must be text' }],
    });
    expect(problemOf(new TooOften('too often'))).toMatchObject({ status: 429, retryAfterSeconds: 30 });
  });

  it('always says when to come back to what is away', () => {
    expect(problemOf(new SpoolFull('full'))).toMatchObject({ status: 503, retryAfterSeconds: 1 });
  });

  it('tells nothing of what nobody foresaw', () => {
    const secret = 'SELECT * FROM users WHERE password = hunter2';
    for (const thrown of [new Error(secret), secret, null, undefined, { message: secret, statusCode: 500 }]) {
      const problem = problemOf(thrown);
      expect(problem).toMatchObject({ status: 500, code: 'internal' });
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    }
  });

  it('names Nest’s own refusals', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x?token=hunter2'))).toEqual({
      status: 404,
      code: 'http.not_found',
      detail: 'there is nothing at this path',
    });
    expect(problemOf(new PayloadTooLargeException('x', { cause: coded('FST_ERR_CTP_BODY_TOO_LARGE') }))).toEqual({
      status: 413,
      code: 'http.body_too_large',
      detail: 'the body is larger than 1 MiB',
    });
    expect(problemOf(new BadRequestException('no'))).toEqual({ status: 400, code: 'http.bad_request', detail: 'no' });
  });

  it('says where JSON breaks, but not what stands there', () => {
    const error = new BadRequestException('x', { cause: parseError('{"password": "hunter2"') });
    expect(problemOf(error)).toMatchObject({ status: 400, code: 'http.malformed_json' });
    expect(problemOf(error).detail).toMatch(/at position \d+/);
    expect(problemOf(error).detail).not.toContain('hunter2');
  });
});

describe('problemOf a failed query', () => {
  it.each([
    coded('ECONNREFUSED'),
    coded('ECONNRESET'),
    coded('57P01'),
    coded('57P03'),
    coded('08006'),
    coded('53300'),
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    Object.assign(new Error('wrapped by TypeORM'), { driverError: new Error('Connection terminated unexpectedly') }),
  ])('is "away" for %s', (error) => {
    expect(problemOf(error)).toMatchObject({ status: 503, code: 'database.unavailable', retryAfterSeconds: 2 });
  });

  it('is the client’s fault for a value that no column holds', () => {
    expect(problemOf(coded('22021'))).toMatchObject({ status: 400, code: 'validation.failed' });
  });

  it('is ours for anything else, constraints included: a repository should have known', () => {
    expect(problemOf(coded('23505'))).toMatchObject({ status: 500 });
    expect(problemOf(coded('42703'))).toMatchObject({ status: 500 });
  });
});

function parseError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
