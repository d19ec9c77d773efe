import { countLimit } from '../http/paging/page.js';
import type { Conditions } from './conditions.js';

/** A list's query, in parts; `from` and `where` are used again for the count. */
export interface PageSelect<Row> {
  columns: string;
  from: string;
  /** `from` without joins that neither add rows nor take any away, where the conditions need none of them. */
  countFrom?: string;
  where: Conditions;
  /** Must end in a unique column, or rows of equal rank would wander between pages. */
  orderBy: string;
  skip: number;
  limit: number;
  /** Never there: ties the columns to the type of what they read. */
  row?: Row;
}

type Ask = <Row>(sql: string, values: unknown[]) => Promise<Row[]>;

/** One page and how many rows there are: counted only when the page cannot tell, and only just past what is said. */
export async function pageOfRows<Row>(ask: Ask, select: PageSelect<Row>): Promise<{ rows: Row[]; total: number }> {
  const { columns, from, countFrom = from, where, orderBy, skip, limit } = select;
  const rows = await ask<Row>(
    `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY ${orderBy} LIMIT ${limit} OFFSET ${skip}`,
    where.values,
  );
  const isLast = rows.length < limit && (rows.length > 0 || skip === 0);
  if (isLast) return { rows, total: Math.min(skip + rows.length, countLimit + 1) };
  const [counted] = await ask<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM ${countFrom} WHERE ${where.sql} LIMIT ${countLimit + 1}) counted`,
    where.values,
  );
  return { rows, total: counted?.count ?? 0 };
}
