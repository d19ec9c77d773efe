import { AppError, type ErrorKind } from '../../errors/app-error.js';
import { databaseProblemOf } from './database-problem.js';
import { httpProblemOf } from './http-problem.js';
import type { Problem } from './problem.js';

const statuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  impossible: 422,
  too_many: 429,
  remote_failed: 502,
  unavailable: 503,
};

/** The one table from errors to answers. What nobody foresaw is a 500 that tells nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) return appProblemOf(error);
  return (
    httpProblemOf(error) ??
    databaseProblemOf(error) ?? { status: 500, code: 'internal', detail: 'something went wrong here; the log has it' }
  );
}

function appProblemOf(error: AppError): Problem {
  const status = statuses[error.kind];
  const retryAfterSeconds = error.retryAfterSeconds ?? (status === 429 || status === 503 ? 1 : undefined);
  return {
    status,
    code: error.code,
    detail: error.message,
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}
