import { Injectable, type OnModuleInit } from '@nestjs/common';
import { dayMs } from '../../core/database/partitions/partition-days.rules.js';
import { PartitionedTables } from '../../core/database/partitions/partitioned-tables.js';
import { GivingUpService } from './deliveries/giving-up/giving-up.service.js';

/**
 * Says which of the runs' tables are partitioned, and how long their rows are kept. Waiting deliveries are in none: those
 * that have waited for as long as that fail a day before their run is dropped, so that somebody can see it.
 */
@Injectable()
export class RunsTables implements OnModuleInit {
  constructor(
    private readonly tables: PartitionedTables,
    private readonly givingUp: GivingUpService,
  ) {}

  onModuleInit(): void {
    const beforeDropping = (firstKeptDay: number): Promise<void> => this.givingUp.expireBefore(firstKeptDay + dayMs);
    this.tables.register({ table: 'flow_runs', key: 'id', retention: 'runs', beforeDropping });
    this.tables.register({ table: 'flow_steps', key: 'run_id', retention: 'runs' });
    this.tables.register({ table: 'deliveries', key: 'id', retention: 'deliveries', beforeDropping });
  }
}
