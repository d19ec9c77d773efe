import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/core/database/data-source.js';
import { daysToHave } from '../../src/core/database/partitions/partition-days.rules.js';
import { PartitionsRepository } from '../../src/core/database/partitions/partitions.repository.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { EventBus } from '../../src/core/events/event-bus.js';

/** Makes the partitions that an application finds missing at its first start, of every history. */
export async function makeDays(databaseUrl: string): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  try {
    const partitions = new PartitionsRepository(dataSource, new Transactions(dataSource, new EventBus()));
    // By ids that carry their time; series have months of their own.
    const histories = await dataSource.query<{ table: string; key: string }[]>(
      `SELECT c.relname AS table, a.attname AS key FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] WHERE a.atttypid = 'uuid'::regtype`,
    );
    for (const { table, key } of histories) {
      for (const day of daysToHave(Date.now())) await partitions.make({ table, key, retention: 'events' }, day);
    }
  } finally {
    await dataSource.destroy();
  }
}
