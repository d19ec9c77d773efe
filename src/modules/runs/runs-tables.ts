import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PartitionedTables } from '../../core/database/partitions/partitioned-tables.js';

/** Says which of the runs' tables are partitioned, and how long their rows are kept. Waiting deliveries are in none. */
@Injectable()
export class RunsTables implements OnModuleInit {
  constructor(private readonly tables: PartitionedTables) {}

  onModuleInit(): void {
    this.tables.register({ table: 'flow_runs', key: 'id', retention: 'runs' });
    this.tables.register({ table: 'flow_steps', key: 'run_id', retention: 'runs' });
    this.tables.register({ table: 'deliveries', key: 'id', retention: 'deliveries' });
  }
}
