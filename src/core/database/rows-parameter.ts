import { binaryArray, type ElementTypeName } from './binary-arrays.js';

/**
 * Many rows as parameters: one array a column, spread by unnest. The text of the statement stays the same for one row
 * and for a thousand, so it is prepared once.
 *
 * @example
 * const rows = new RowsParameter('given', [['id', 'uuid'], ['body', 'bytea']] as const, 1);
 * `INSERT INTO t SELECT * FROM ${rows.sql}`   // unnest($1::uuid[], $2::bytea[]) AS given (id, body)
 * rows.values([{ id, body }, …])              // [ids, bodies], each an array in PostgreSQL's binary format
 */
export class RowsParameter<Column extends string> {
  readonly sql: string;
  /** The number of the first parameter after this one's. */
  readonly next: number;

  constructor(
    alias: string,
    private readonly columns: readonly (readonly [Column, ElementTypeName])[],
    first: number,
  ) {
    const parameters = columns.map(([, type], index) => `$${(first + index).toString()}::${type}[]`);
    this.sql = `unnest(${parameters.join(', ')}) AS ${alias} (${columns.map(([name]) => name).join(', ')})`;
    this.next = first + columns.length;
  }

  /** @throws ValueNotStorable, which blames a row as PostgreSQL would. */
  values(rows: readonly { readonly [name in Column]: unknown }[]): Buffer[] {
    return this.columns.map(([name, type]) => binaryArray(type, rows, name));
  }
}
