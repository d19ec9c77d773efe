import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type EntityMetadata } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import { tablesOf } from '../support/schema.js';

type ColumnMetadata = EntityMetadata['columns'][number];

interface Column {
  type: string;
  nullable: boolean;
  default: string | null;
}

interface DatabaseColumn extends Column {
  table: string;
  name: string;
  generated: boolean;
}

describe('the entities', () => {
  let app: TestApp;
  let source: DataSource;
  let columnsOf: Map<string, Map<string, DatabaseColumn>>;

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
    source = app.app.get(DataSource);
    columnsOf = await readColumns(app);
  });
  afterAll(() => app.close());

  it('are there', () => {
    expect(source.entityMetadatas.length).toBeGreaterThan(5);
  });

  it('have the columns of their tables: type, nullability and default', () => {
    const entities = source.entityMetadatas.map((entity) => [entity.tableName, declared(source, entity)] as const);
    const tables = source.entityMetadatas.map(
      (entity) => [entity.tableName, present(columnsOf.get(entity.tableName), entity)] as const,
    );
    expect(Object.fromEntries(entities)).toEqual(Object.fromEntries(tables));
  });

  it('leave out no column that an insert would need', () => {
    const missing = source.entityMetadatas.flatMap((entity) => {
      const names = new Set(entity.columns.map((column) => column.databaseName));
      return [...(columnsOf.get(entity.tableName)?.values() ?? [])]
        .filter((column) => !column.nullable && column.default === null && !column.generated)
        .filter((column) => !names.has(column.name))
        .map((column) => `${entity.tableName}.${column.name}`);
    });
    expect(missing).toEqual([]);
  });

  it('have the primary keys of their tables, under their names', async () => {
    const rows = await app.database.query<{ table: string; name: string; columns: string }>(
      `SELECT k.conrelid::regclass::text AS "table", k.conname AS name, string_agg(a.attname, ',' ORDER BY a.attname) AS columns
       FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
       WHERE k.contype = 'p' GROUP BY 1, 2`,
    );
    const keys = new Map(rows.map(({ table, name, columns }) => [table, `${name}: ${columns}`]));
    for (const { tableName, primaryColumns } of source.entityMetadatas) {
      const columns = primaryColumns.map((column) => column.databaseName).sort();
      expect([tableName, `PK_${tableName}: ${columns.join(',')}`]).toEqual([tableName, keys.get(tableName)]);
      expect(primaryColumns.map((column) => column.primaryKeyConstraintName)).toEqual(
        primaryColumns.map(() => `PK_${tableName}`),
      );
    }
  });
});

describe('the names of the schema', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
  });
  afterAll(() => app.close());

  it('say of each constraint what it is and whose', async () => {
    const prefixes: Record<string, string> = { p: 'PK', f: 'FK', u: 'UQ', c: 'CK' };
    const rows = await app.database.query<{ table: string; kind: string; name: string }>(
      `SELECT c.relname AS "table", k.contype AS kind, k.conname AS name
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname <> 'migrations'
         AND k.contype IN ('p', 'f', 'u', 'c', 'x')`,
    );
    const misnamed = rows.filter(({ table, kind, name }) => {
      const start = `${prefixes[kind] ?? 'no constraint of this kind has been named yet'}_${table}`;
      return kind === 'p' ? name !== start : !name.startsWith(`${start}_`);
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(misnamed).toEqual([]);
  });

  it('say of each index whether it is unique and whose it is', async () => {
    const rows = await app.database.query<{ table: string; name: string; unique: boolean }>(
      `SELECT c.relname AS "table", x.relname AS name, i.indisunique AS "unique"
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
       WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname <> 'migrations'
         AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))`,
    );
    const misnamed = rows.filter(({ table, name, unique }) => !name.startsWith(`${unique ? 'UQ' : 'IDX'}_${table}_`));
    expect(rows.length).toBeGreaterThan(0);
    expect(misnamed).toEqual([]);
  });

  it('are plural and in snake_case for tables', async () => {
    const misnamed = (await tablesOf(app.database)).filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name));
    expect(misnamed).toEqual([]);
  });
});

async function readColumns(app: TestApp): Promise<Map<string, Map<string, DatabaseColumn>>> {
  const rows = await app.database.query<DatabaseColumn>(
    `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS "default", a.attidentity <> '' AS generated
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  const columns = new Map<string, Map<string, DatabaseColumn>>();
  for (const row of rows) {
    const ofTable = columns.get(row.table) ?? new Map<string, DatabaseColumn>();
    columns.set(row.table, ofTable.set(row.name, row));
  }
  return columns;
}

/** The columns as the entity says they are. */
function declared(source: DataSource, entity: EntityMetadata): Record<string, Column> {
  const describe = (column: ColumnMetadata): Column => ({
    type: source.driver.normalizeType(column) + (column.isArray ? '[]' : ''),
    nullable: column.isNullable,
    default: plain(source.driver.normalizeDefault(column)),
  });
  return Object.fromEntries(entity.columns.map((column) => [column.databaseName, describe(column)]));
}

/** The same columns as the table has them; one that the table has not is absent. */
function present(columns: Map<string, DatabaseColumn> | undefined, entity: EntityMetadata): Record<string, Column> {
  const found = entity.columns.flatMap(({ databaseName }) => {
    const column = columns?.get(databaseName);
    if (column === undefined) return [];
    return [[databaseName, { type: column.type, nullable: column.nullable, default: plain(column.default) }] as const];
  });
  return Object.fromEntries(found);
}

/** A default without quotes and casts: PostgreSQL says `'never_seen'::text` and `1`, TypeORM `'never_seen'` and `'1'`. */
function plain(expression: string | null | undefined): string | null {
  if (expression === null || expression === undefined) return null;
  const literal = /^'(.*)'(::[a-z ]+(\[\])?)?$/s.exec(expression);
  return literal?.[1] ?? expression;
}
