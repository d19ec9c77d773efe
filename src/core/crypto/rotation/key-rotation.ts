import { Injectable } from '@nestjs/common';
import { Transactions } from '../../database/transactions.js';
import { SecretBox, SecretUnreadable } from '../secret-box.js';
import { countSealed, replaceSealed, rowsDue, sealedColumns, type SealedColumn } from './sealed-column.js';

/** What became of one column's secrets. */
export interface RotatedColumn {
  /** `integrations.secrets_sealed` */
  name: string;
  /** All secrets in the column. */
  total: number;
  /** Those that this run put under the current key; the others were there already. */
  rewrapped: number;
  /** Those that no known key opens: they stay as they are. */
  unreadable: number;
}

interface Batch {
  /** The key of its last row. */
  last: readonly string[];
  /** What could be opened; as many are rewrapped, less those that somebody changed meanwhile. */
  due: number;
  rewrapped: number;
  unreadable: number;
}

/**
 * Puts every secret of the database under the current SECRET_KEY, while servers that know the old one too read and write.
 *
 * What is due is told by the rows themselves, so a run that was cut off is simply run again. A batch is one short
 * transaction that replaces a text only where it still is the one that was read.
 */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly box: SecretBox,
    private readonly transactions: Transactions,
  ) {}

  /** `onBatch` hears of the column it is at after each batch. */
  async run(onBatch: (soFar: RotatedColumn) => void = () => undefined): Promise<RotatedColumn[]> {
    const columns = await this.transactions.run(sealedColumns);
    const rotated: RotatedColumn[] = [];
    for (const column of columns) rotated.push(await this.rotate(column, onBatch));
    return rotated;
  }

  private async rotate(column: SealedColumn, onBatch: (soFar: RotatedColumn) => void): Promise<RotatedColumn> {
    const name = `${column.table}.${column.column}`;
    const total = await this.transactions.run((tx) => countSealed(tx, column));
    const soFar = { name, total, rewrapped: 0, unreadable: 0 };
    // Until a walk finds nothing to do: a server that does not know the new key yet may write behind our back.
    for (let due = 1; due > 0;) {
      due = 0;
      soFar.unreadable = 0;
      for (let after: readonly string[] | null = null; ;) {
        const batch = await this.rewrapBatch(column, after);
        if (batch === null) break;
        after = batch.last;
        due += batch.due;
        soFar.rewrapped += batch.rewrapped;
        soFar.unreadable += batch.unreadable;
        onBatch({ ...soFar });
      }
    }
    return soFar;
  }

  private rewrapBatch(column: SealedColumn, after: readonly string[] | null): Promise<Batch | null> {
    return this.transactions.run(async (tx) => {
      const rows = await rowsDue(tx, column, this.box.currentPrefix, after);
      const last = rows.at(-1);
      if (last === undefined) return null;
      const due = rows.flatMap((row) => {
        const fresh = this.rewrapped(row.sealed);
        return fresh === null ? [] : [{ ...row, fresh }];
      });
      const rewrapped = await replaceSealed(tx, column, due);
      return { last: last.key, due: due.length, rewrapped, unreadable: rows.length - due.length };
    });
  }

  private rewrapped(sealed: string): string | null {
    try {
      return this.box.rewrap(sealed);
    } catch (error) {
      if (error instanceof SecretUnreadable) return null;
      throw error;
    }
  }
}
