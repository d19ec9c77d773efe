import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PartitionedTables } from '../../../core/database/partitions/partitioned-tables.js';

/** Says which of the journal's tables are partitioned, and how long their rows are kept. */
@Injectable()
export class JournalTables implements OnModuleInit {
  constructor(private readonly tables: PartitionedTables) {}

  onModuleInit(): void {
    this.tables.register({ table: 'device_events', key: 'id', retention: 'events' });
    this.tables.register({ table: 'decoded_values', key: 'event_id', retention: 'events' });
    this.tables.register({ table: 'parked_messages', key: 'id', retention: 'events' });
  }
}
