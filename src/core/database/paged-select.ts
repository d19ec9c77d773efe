import type { DataSource } from 'typeorm';
import { countLimit } from '../http/paging/page.js';
import type { Conditions } from './conditions.js';

/** A list's query, in parts; `from` and `where` are used again for the count. */
export interface PagedParts {
  columns: string;
  from: string;
  where: Conditions;
  /** Must end in a unique column, or rows of equal rank would wander between pages. */
  orderBy: string;
  skip: number;
  limit: number;
}

/** One page of a list and how many rows there are: counted only when the page cannot tell, and only just past 10,000. */
export class PagedSelect<Row> {
  constructor(private readonly parts: PagedParts) {}

  async read(dataSource: DataSource): Promise<{ rows: Row[]; total: number }> {
    const { columns, from, where, orderBy, skip, limit } = this.parts;
    const rows = await dataSource.query<Row[]>(
      `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY ${orderBy} LIMIT ${limit} OFFSET ${skip}`,
      where.values,
    );
    const isLast = rows.length < limit && (rows.length > 0 || skip === 0);
    return { rows, total: isLast ? Math.min(skip + rows.length, countLimit + 1) : await this.count(dataSource) };
  }

  private async count(dataSource: DataSource): Promise<number> {
    const { from, where } = this.parts;
    const [counted] = await dataSource.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM (SELECT 1 FROM ${from} WHERE ${where.sql} LIMIT ${countLimit + 1}) counted`,
      where.values,
    );
    return counted?.count ?? 0;
  }
}
