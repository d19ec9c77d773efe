import type { HistoryRange } from '../http/paging/history-range.js';
import { countLimit } from '../http/paging/page.js';
import type { Tenant } from '../tenancy/tenant.js';
import { Conditions } from './conditions.js';
import type { Queryable } from './tx.js';

/**
 * A tenant's rows of a history within a range, by the column that holds their UUIDv7 and, where several rows share one,
 * the column that numbers them, from 1.
 */
export function withinRange(
  tenant: Tenant,
  { floor, before }: HistoryRange,
  idColumn = 'id',
  seqColumn?: string,
): Conditions {
  const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).and(floor, (p) => `${idColumn} >= ${p}`);
  if (seqColumn === undefined || before.seq === 0) return where.and(before.id, (p) => `${idColumn} < ${p}`);
  // The bound on the id alone is for partitions: PostgreSQL does not choose them by pairs.
  const pair = (p: string) => `(${idColumn}, ${seqColumn}) < (${p}, ${before.seq})`;
  return where.and(before.id, (p) => `${idColumn} <= ${p} AND ${pair(p)}`);
}

/**
 * For what is looked up for each row by the row's own id, in a query whose conditions begin with those of `withinRange`:
 * a partition that the rows cannot be of is not even planned.
 */
export function inSameDays(idColumn: string): string {
  return `${idColumn} >= $2 AND ${idColumn} <= $3`;
}

/** How many rows a select has, counted only just past what is ever said. */
export async function cappedCount(db: Queryable, select: string, values: readonly unknown[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${select} LIMIT ${countLimit + 1}) counted`,
    values,
  );
  return row?.count ?? 0;
}
