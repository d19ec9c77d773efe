import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { idFloor, timeOf } from '../../ids/uuid-v7.js';
import { Transactions } from '../transactions.js';
import type { Tx } from '../tx.js';
import { dayMs, dayOf, dayOfPartition, partitionName } from './partition-days.rules.js';
import type { PartitionedTable } from './partitioned-table.js';

/**
 * Whoever wants a table meanwhile waits behind us, so we give up soon and come again. It is also shorter than the second
 * after which PostgreSQL looks for deadlocks: where we stand in each other's way, it is never a message that is refused.
 */
const lockTimeout = '500ms';
/** Deleting is paced: no transaction is long, and nobody waits for more than this many rows. */
const rowsAtOnce = 10_000;

/** The statements that make and drop partitions. Names and bounds are ours, never input, and DDL takes no parameters. */
@Injectable()
export class PartitionsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async databaseNowMs(): Promise<number> {
    const rows = await this.dataSource.query<{ now: Date }[]>('SELECT now()');
    return rows[0]?.now.getTime() ?? 0;
  }

  async daysOf({ table }: PartitionedTable): Promise<Set<number>> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass`,
      [table],
    );
    return new Set(rows.map(({ name }) => dayOfPartition(table, name)).filter((day) => day !== null));
  }

  /** The days between these, the last one included, that rows in the default partition are of. */
  async daysInDefault({ table, key }: PartitionedTable, firstDay: number, lastDay: number): Promise<number[]> {
    const days: number[] = [];
    for (let from = firstDay; from <= lastDay;) {
      const rows = await this.dataSource.query<{ id: string }[]>(
        `SELECT ${key} AS id FROM ${table}_default WHERE ${key} >= $1 AND ${key} < $2 ORDER BY ${key} LIMIT 1`,
        [idFloor(from), idFloor(lastDay + dayMs)],
      );
      const [first] = rows;
      if (first === undefined) break;
      const day = dayOf(timeOf(first.id));
      days.push(day);
      from = day + dayMs;
    }
    return days;
  }

  /**
   * Makes the partition of a day. Rows of that day that the default partition took in move over in the same transaction,
   * so a reader finds them in one or the other. ATTACH leaves readers and writers of the parent alone, which CREATE …
   * PARTITION OF would not; writers to the default partition wait until it is done.
   */
  async make({ table, key }: PartitionedTable, day: number): Promise<void> {
    const name = partitionName(table, day);
    const [from, to] = [idFloor(day), idFloor(day + dayMs)];
    const move = async (tx: Tx) => {
      await tx.query(`
        SET LOCAL lock_timeout = '${lockTimeout}';
        SET LOCAL statement_timeout = 0;
        LOCK TABLE ONLY ${table}_default IN SHARE ROW EXCLUSIVE MODE;
        CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL);
        WITH moved AS (DELETE FROM ${table}_default WHERE ${key} >= '${from}' AND ${key} < '${to}' RETURNING *)
        INSERT INTO ${name} SELECT * FROM moved;
        ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
    };
    await this.transactions.run(move, { unhurried: true });
  }

  async drop({ table }: PartitionedTable, day: number): Promise<void> {
    await this.transactions.run(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = '${lockTimeout}'; DROP TABLE IF EXISTS ${partitionName(table, day)}`);
    });
  }

  /** Deletes what the default partition still holds of the days before this one; answers how many rows that were. */
  async emptyDefault({ table, key }: PartitionedTable, beforeDay: number): Promise<number> {
    let deleted = 0;
    for (;;) {
      const rows = await this.transactions.run((tx) =>
        tx.query<{ count: number }>(
          `WITH gone AS (
             DELETE FROM ${table}_default WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM ${table}_default WHERE ${key} < $1 LIMIT ${rowsAtOnce}))
             RETURNING 1
           ) SELECT count(*)::int AS count FROM gone`,
          [idFloor(beforeDay)],
        ),
      );
      const count = rows[0]?.count ?? 0;
      deleted += count;
      if (count < rowsAtOnce) return deleted;
    }
  }
}
