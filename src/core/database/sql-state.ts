/** The five characters of PostgreSQL's error code, if the error came from it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  // TypeORM wraps the driver's error and keeps it under driverError.
  if ('driverError' in error && error.driverError !== error) return sqlStateOf(error.driverError);
  return 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** The violated constraint's name, which repositories turn into a domain error. */
export function violatedConstraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('driverError' in error && error.driverError !== error) return violatedConstraintOf(error.driverError);
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
}

export const uniqueViolation = '23505';
export const foreignKeyViolation = '23503';

/** A deadlock (40P01) or a serialization failure (40001): nothing was written, the same work may simply run again. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40P01' || state === '40001';
}

/** Data (22), constraint (23) or size (54) errors: one row of the batch is to blame, its neighbours are not. */
export function isRowsFault(error: unknown): boolean {
  const kind = sqlStateOf(error)?.slice(0, 2);
  return kind === '22' || kind === '23' || kind === '54';
}

/** A lock was not free in time: nothing was done, and trying later is all there is to do. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === '55P03';
}
