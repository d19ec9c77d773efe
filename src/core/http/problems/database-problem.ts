import { isDatabaseAway } from '../../database/database-away.js';
import { sqlStateOf } from '../../database/sql-state.js';
import type { Problem } from './problem.js';

/** Texts and numbers that a column cannot hold: they slipped through a class, but they came from the client. */
const badValues: Readonly<Record<string, string>> = {
  '22021': 'a text holds a character that cannot be stored',
  '22P05': 'a text holds a character that cannot be stored',
  '22003': 'a number is out of range',
  '22008': 'a time is out of range',
  '54000': 'a value is too large',
};

/** What a client is told about a failed query; undefined if the failure is not about the database's state or the values. */
export function databaseProblemOf(error: unknown): Problem | undefined {
  const state = sqlStateOf(error);
  if (isDatabaseAway(error)) {
    return { status: 503, code: 'database.unavailable', detail: 'the database is away', retryAfterSeconds: 2 };
  }
  if (state === '57014') {
    return { status: 503, code: 'database.timeout', detail: 'the database took too long', retryAfterSeconds: 5 };
  }
  if (state === '40001' || state === '40P01') {
    return {
      status: 503,
      code: 'database.busy',
      detail: 'others changed the same rows again and again',
      retryAfterSeconds: 1,
    };
  }
  const badValue = state === undefined ? undefined : badValues[state];
  if (badValue === undefined) return undefined;
  return { status: 400, code: 'validation.failed', detail: badValue, errors: [{ path: '', message: badValue }] };
}
