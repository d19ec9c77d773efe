import type { DataSourceOptions } from 'typeorm';

/** Eight connections for what people click; with the hot pool's six a process never holds more than fourteen. */
const maxConnections = 8;

/** What TypeORM needs to reach the database; entities are named by the modules that own them. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize: maxConnections,
    applicationName: 'fieldline',
    connectTimeoutMS: 5_000,
    extra: { idle_in_transaction_session_timeout: 10_000, statement_timeout: 30_000 },
  };
}
