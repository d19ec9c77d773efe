import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/core/database/data-source.js';
import { loadMigrations, migrate, revertNewest, type MigrationClass } from '../../src/core/database/migrate.js';
import { createEmptyDatabase } from '../support/database.js';
import { insertOneOfEverything } from '../support/one-of-everything.js';
import { schemaOf, tablesOf, type Schema } from '../support/schema.js';

describe('the migrations', () => {
  let database: { url: string; drop: () => Promise<void> };
  /** Looks at what the migrations do. */
  let source: DataSource;
  let migrations: MigrationClass[];

  beforeEach(async () => {
    database = await createEmptyDatabase();
    source = await new DataSource(dataSourceOptions(database.url)).initialize();
    migrations = await loadMigrations();
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  const runOnly = async (some: MigrationClass[]): Promise<void> => {
    const runner = await new DataSource({ ...dataSourceOptions(database.url), migrations: some }).initialize();
    await runner.runMigrations();
    await runner.destroy();
  };

  const countOf = async (table: string): Promise<number> => {
    const rows = await source.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${table}`);
    return rows[0]?.count ?? 0;
  };

  const emptyTables = async (): Promise<string[]> => {
    const counted = (await tablesOf(source)).map(async (table) => ({ table, count: await countOf(table) }));
    return (await Promise.all(counted)).filter(({ count }) => count === 0).map(({ table }) => table);
  };

  it('go up, and down one by one, each to the schema that it found, and up again', async () => {
    const found: Schema[] = [await schemaOf(source)];
    for (const [index] of migrations.entries()) {
      await runOnly(migrations.slice(0, index + 1));
      found.push(await schemaOf(source));
    }
    const whole = found.pop();
    for (const schema of found.toReversed()) {
      await revertNewest(database.url);
      expect(await schemaOf(source)).toEqual(schema);
    }
    expect(await tablesOf(source)).toEqual([]);
    expect(await countOf('migrations')).toBe(0);
    expect(await revertNewest(database.url)).toBeNull();
    await migrate(database.url);
    expect(await schemaOf(source)).toEqual(whole);
  });

  it('can take the newest back and run it again on a database in use', async () => {
    await migrate(database.url);
    await insertOneOfEverything(source);
    // A table missing here wants a row in test/support/one-of-everything.ts.
    expect(await emptyTables()).toEqual([]);
    const whole = await schemaOf(source);
    await revertNewest(database.url);
    expect(await emptyTables()).toEqual([]);
    await migrate(database.url);
    expect(await schemaOf(source)).toEqual(whole);
  });

  it('can all be taken back from a database in use', async () => {
    await migrate(database.url);
    await insertOneOfEverything(source);
    for (const _ of migrations) await revertNewest(database.url);
    expect(await tablesOf(source)).toEqual([]);
  });

  it('run once, however many processes start at the same time', async () => {
    const ran = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(ran.map((names) => names.length).sort((a, b) => a - b)).toEqual([0, 0, migrations.length]);
  });
});
