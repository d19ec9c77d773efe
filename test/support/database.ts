import { setTimeout as delay } from 'node:timers/promises';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/core/database/migrate.js';
import { makeDays } from './make-days.js';
import { sqlStateOf } from '../../src/core/database/sql-state.js';

const migrationsDir = join(import.meta.dirname, '../../migrations');
const templateLock = 7_466_002;
const insufficientPrivilege = '42501';

/** A database of one test file's own: a copy of a migrated template, gone when the file ends. */
export interface TestDatabase {
  readonly url: string;
  query<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** `withDays`: the partitions of this week are there, as after a first start, which would take half a second to make them. */
export async function createTestDatabase({ withDays = false } = {}): Promise<TestDatabase> {
  const template = withDays ? await templateWithDays() : await migratedTemplate();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`));
  const url = urlOf(name);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  return {
    url,
    query: async <Row>(sql: string, params?: unknown[]) => (await pool.query(sql, params)).rows as Row[],
    drop: async () => {
      await pool.end();
      await asAdmin((admin) => dropDatabase(admin, name));
    },
  };
}

/** An empty database without any schema, for what migrations themselves do. */
export async function createEmptyDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name}`));
  return {
    url: urlOf(name),
    drop: async () => {
      await asAdmin((admin) => dropDatabase(admin, name));
    },
  };
}

async function migratedTemplate(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of readdirSync(migrationsDir)
    .filter((entry) => entry.endsWith('.js'))
    .sort()) {
    hash.update(file).update(readFileSync(join(migrationsDir, file)));
  }
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  await buildOnce(name, async (admin, building) => {
    await admin.query(`CREATE DATABASE ${building}`);
    await migrate(urlOf(building));
  });
  return name;
}

async function templateWithDays(): Promise<string> {
  const migrated = await migratedTemplate();
  const name = `${migrated}_days`;
  await buildOnce(name, async (admin, building) => {
    await admin.query(`CREATE DATABASE ${building} TEMPLATE ${migrated} STRATEGY FILE_COPY`);
    await makeDays(urlOf(building));
  });
  return name;
}

/** Built once per server and set of migrations, however many test files run at once. */
async function buildOnce(name: string, build: (admin: pg.Client, building: string) => Promise<void>): Promise<void> {
  await asAdmin(async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [templateLock]);
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    const building = `${name}_building`;
    await dropDatabase(admin, building);
    await build(admin, building);
    await admin.query(`ALTER DATABASE ${building} RENAME TO ${name}`);
  });
}

const forceTries = 20;

/**
 * FORCE ends connections that a test left open, but refuses where autovacuum is at work: that is a superuser's process,
 * and our role is none. It is soon done. A plain DROP sends autovacuum away by itself, but nobody else.
 */
async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  for (let tries = 1; tries < forceTries; tries += 1) {
    try {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return;
    } catch (error) {
      if (sqlStateOf(error) !== insufficientPrivilege) throw error;
      await delay(100);
    }
  }
  await admin.query(`DROP DATABASE IF EXISTS ${name}`);
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'];
  if (url === undefined) throw new Error('no PostgreSQL for tests: the global setup gives its address');
  return url;
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
