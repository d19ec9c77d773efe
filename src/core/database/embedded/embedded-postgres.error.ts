/** What can keep the embedded database from starting; each code has one cause and one thing to do. */
export type EmbeddedPostgresErrorCode =
  | 'embedded_postgres.in_use'
  | 'embedded_postgres.data_dir_unusable'
  | 'embedded_postgres.other_version'
  | 'embedded_postgres.not_a_cluster'
  | 'embedded_postgres.no_binaries'
  | 'embedded_postgres.no_account'
  | 'embedded_postgres.password_refused'
  | 'embedded_postgres.initdb_failed'
  | 'embedded_postgres.start_failed'
  | 'embedded_postgres.start_timeout';

/** Says in words for the operator why there is no embedded database, and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function inUse(dataDir: string, who: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'embedded_postgres.in_use',
    `another Fieldline server (${who}) uses this DATA_DIR: ${dataDir}. Stop it first, or give this one a DATA_DIR of its own.`,
  );
}
