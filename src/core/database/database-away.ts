import { sqlStateOf } from './sql-state.js';

/**
 * PostgreSQL is starting, stopping, gone or a standby, lets us no longer in, has run out of something (connections,
 * memory, disk), or its disk fails: whatever was asked, it is not the question's fault.
 */
const awayStates = /^(08...|25006|28...|3D000|53...|57P0[1-5]|58...)$/;
const unreachableCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'];
/** The driver and TypeORM have no codes for these. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|Driver not Connected|Client was closed|Query read timeout)/;

/** Nobody answered in time. What was asked may have been done all the same. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(waitedMs: number) {
    super(`the database did not answer within ${waitedMs} ms`);
    this.name = DatabaseSilent.name;
  }
}

/** The database cannot do its work now, as opposed to: it refuses this statement or these values. */
export function isDatabaseAway(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined && !unreachableCodes.includes(state)) return awayStates.test(state);
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some((one) => isDatabaseAway(one));
  if ('driverError' in error && error.driverError !== error) return isDatabaseAway(error.driverError);
  // Whoever speaks to another server than PostgreSQL turns its failures into errors of its own.
  return ('code' in error && unreachableCodes.includes(String(error.code))) || lostConnection.test(error.message);
}
