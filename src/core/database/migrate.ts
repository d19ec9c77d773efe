import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource, type MigrationInterface } from 'typeorm';
import { dataSourceOptions } from './data-source.js';

export type MigrationClass = new () => MigrationInterface;

const migrationsDir = join(import.meta.dirname, '../../../migrations');
/** Any number that no other program on the database uses: one process migrates, the others wait for it. */
const migrationLock = 7_466_001;

/** Brings the schema up to date; safe to be called by many processes at once. Answers the names of what it ran. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  return withMigrations(databaseUrl, async (dataSource) => {
    const ran = await dataSource.runMigrations();
    return ran.map((migration) => migration.name);
  });
}

/** Takes back the newest migration; answers its name, or null where none has run. */
export async function revertNewest(databaseUrl: string): Promise<string | null> {
  return withMigrations(databaseUrl, async (dataSource) => {
    const newest = await newestMigration(dataSource);
    if (newest !== null) await dataSource.undoLastMigration();
    return newest;
  });
}

async function newestMigration(dataSource: DataSource): Promise<string | null> {
  const tables = await dataSource.query<{ known: boolean }[]>(`SELECT to_regclass('migrations') IS NOT NULL AS known`);
  if (tables[0]?.known !== true) return null;
  const rows = await dataSource.query<{ name: string }[]>(
    'SELECT name FROM migrations ORDER BY "timestamp" DESC LIMIT 1',
  );
  return rows[0]?.name ?? null;
}

async function withMigrations<T>(databaseUrl: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const migrations = await loadMigrations();
  const dataSource = await new DataSource({ ...dataSourceOptions(databaseUrl, 0), migrations }).initialize();
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

/** By our own import: TypeORM's globs import from inside its package, which a test runner that has moved on refuses. */
export async function loadMigrations(): Promise<MigrationClass[]> {
  const files = (await readdir(migrationsDir)).filter((file) => file.endsWith('.js')).sort();
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(join(migrationsDir, file)).href) as Promise<Record<string, MigrationClass>>,
    ),
  );
  return modules.flatMap((exported) => Object.values(exported));
}
