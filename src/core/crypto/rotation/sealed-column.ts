import type { Queryable } from '../../database/tx.js';

/** A column of sealed texts, and how to name one of its rows. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The primary key, in its order, each column with its type. */
  key: { name: string; type: string }[];
}

/** How many rows are named in one batch: enough to pay for the round trip, few enough to hold their locks for milliseconds. */
export const batchSize = 200;

const suffix = '_sealed';

/**
 * Every column that holds sealed texts, found by its name: a module that seals something new cannot be forgotten.
 * Partitions are left out, their parents are not.
 */
export async function sealedColumns(db: Queryable): Promise<SealedColumn[]> {
  return db.query<SealedColumn>(
    `SELECT c.relname AS "table", a.attname AS "column",
       (SELECT json_agg(json_build_object('name', k.attname, 'type', format_type(k.atttypid, k.atttypmod)) ORDER BY p.ord)
        FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS p(num, ord)
          JOIN pg_attribute k ON k.attnum = p.num
        WHERE i.indrelid = c.oid AND i.indisprimary AND k.attrelid = c.oid) AS key
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped AND right(a.attname, length($1)) = $1
     ORDER BY 1, 2`,
    [suffix],
  );
}

/** A sealed text and the row it was read from, the key's values as text. */
export interface SealedRow {
  key: string[];
  sealed: string;
}

/** The next rows in the order of their key that another root key sealed than the one with this prefix. */
export async function rowsDue(
  db: Queryable,
  column: SealedColumn,
  prefix: string,
  after: readonly string[] | null,
): Promise<SealedRow[]> {
  const keys = column.key.map(({ name }) => quoted(name)).join(', ');
  const given = column.key.map(({ type }, n) => `$${n + 3}::${type}`).join(', ');
  const sealed = quoted(column.column);
  return db.query<SealedRow>(
    `SELECT ARRAY[${column.key.map(({ name }) => `${quoted(name)}::text`).join(', ')}] AS key, ${sealed} AS sealed
     FROM ${quoted(column.table)}
     WHERE NOT starts_with(${sealed}, $1) ${after === null ? '' : `AND (${keys}) > (${given})`}
     ORDER BY ${keys} LIMIT $2`,
    [prefix, batchSize, ...(after ?? [])],
  );
}

/**
 * Puts the new texts in the place of the old ones where those still stand, and answers how many that was: whoever
 * changed a secret meanwhile sealed it anew already. Locked in the order of the key, so that two never wait for each other.
 */
export async function replaceSealed(
  db: Queryable,
  column: SealedColumn,
  rows: readonly (SealedRow & { fresh: string })[],
): Promise<number> {
  const table = quoted(column.table);
  const sealed = quoted(column.column);
  const names = column.key.map((_, n) => `k${n}`);
  const arrays = column.key.map((_, n) => `$${n + 3}::text[]`);
  const isRow = (of: string) =>
    column.key.map(({ name, type }, n) => `t.${quoted(name)} = ${of}.k${n}::${type}`).join(' AND ');
  const written = await db.query(
    `WITH given AS (SELECT * FROM unnest($1::text[], $2::text[], ${arrays.join(', ')}) AS g(old, fresh, ${names.join(', ')})),
     due AS (SELECT given.* FROM ${table} t JOIN given ON ${isRow('given')} AND t.${sealed} = given.old
             ORDER BY ${column.key.map(({ name }) => `t.${quoted(name)}`).join(', ')} FOR UPDATE OF t)
     UPDATE ${table} t SET ${sealed} = due.fresh FROM due WHERE ${isRow('due')} RETURNING 1`,
    [
      rows.map((row) => row.sealed),
      rows.map((row) => row.fresh),
      ...column.key.map((_, n) => rows.map((row) => row.key[n])),
    ],
  );
  return written.length;
}

export async function countSealed(db: Queryable, column: SealedColumn): Promise<number> {
  const [row] = await db.query<{ count: string }>(
    `SELECT count(${quoted(column.column)}) AS count FROM ${quoted(column.table)}`,
  );
  return Number(row?.count ?? 0);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
