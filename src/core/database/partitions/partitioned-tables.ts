import { Injectable } from '@nestjs/common';
import type { PartitionedTable } from './partitioned-table.js';

/** Knows which tables are partitioned, because their owners have said so. */
@Injectable()
export class PartitionedTables {
  private readonly tables: PartitionedTable[] = [];

  /** Owners register in onModuleInit. */
  register(table: PartitionedTable): void {
    this.tables.push(table);
  }

  all(): readonly PartitionedTable[] {
    return this.tables;
  }
}
