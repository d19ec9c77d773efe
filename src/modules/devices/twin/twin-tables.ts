import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PartitionedTables } from '../../../core/database/partitions/partitioned-tables.js';

/** Says how long the changes of twins are kept. */
@Injectable()
export class TwinTables implements OnModuleInit {
  constructor(private readonly tables: PartitionedTables) {}

  onModuleInit(): void {
    this.tables.register({ table: 'twin_changes', key: 'id', retention: 'events' });
  }
}
