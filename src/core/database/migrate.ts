import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';

/** Any number that no other program on the database uses: one process migrates, the others wait for it. */
const migrationLock = 7_466_001;

/** Brings the schema up to date; safe to be called by many processes at once. Answers the names of what it ran. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  return withMigrations(databaseUrl, async (dataSource) => {
    const ran = await dataSource.runMigrations();
    return ran.map((migration) => migration.name);
  });
}

/** Takes back the newest migration. */
export async function revertNewest(databaseUrl: string): Promise<void> {
  await withMigrations(databaseUrl, (dataSource) => dataSource.undoLastMigration());
}

async function withMigrations<T>(databaseUrl: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SET statement_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    return await work(dataSource);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    await lock.release();
    await dataSource.destroy();
  }
}
