import type { DataSourceOptions } from 'typeorm';

/** Eight connections for what people click; with the hot pool's six a process never holds more than fourteen. */
const maxConnections = 8;

/** PostgreSQL ends a statement after 30 s; when that is not heard either, nobody is there. */
const defaultPatienceMs = 32_000;

/**
 * What TypeORM needs to reach the database; entities are named by the modules that own them. `patienceMs` of 0 waits
 * for ever, as who waits for a lock must.
 */
export function dataSourceOptions(databaseUrl: string, patienceMs = defaultPatienceMs): DataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize: maxConnections,
    applicationName: 'fieldline',
    connectTimeoutMS: 5_000,
    extra: {
      idle_in_transaction_session_timeout: 10_000,
      statement_timeout: 30_000,
      query_timeout: patienceMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
    },
  };
}
