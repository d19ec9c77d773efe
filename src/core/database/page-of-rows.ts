import type { Conditions } from './conditions.js';

/** A list's query, in parts; `from` and `where` are used again for the count. */
export interface PageSelect {
  columns: string;
  from: string;
  where: Conditions;
  /** Must end in a unique column, or rows of equal rank would wander between pages. */
  orderBy: string;
  skip: number;
  limit: number;
}

/** Counting a tenant's millions of rows for a header would cost more than the page. */
export const countsUpTo = 10_000;

type Ask = <Row>(sql: string, values: unknown[]) => Promise<Row[]>;

/** One page and how many rows there are, at most one more than 10,000; the count is asked only when the page cannot tell. */
export async function pageOfRows<Row>(ask: Ask, select: PageSelect): Promise<{ rows: Row[]; total: number }> {
  const { columns, from, where, orderBy, skip, limit } = select;
  const rows = await ask<Row>(
    `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY ${orderBy} LIMIT ${limit} OFFSET ${skip}`,
    where.values,
  );
  if (rows.length < limit && (rows.length > 0 || skip === 0)) return { rows, total: skip + rows.length };
  const [counted] = await ask<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM ${from} WHERE ${where.sql} LIMIT ${countsUpTo + 1}) counted`,
    where.values,
  );
  return { rows, total: counted?.count ?? 0 };
}
