import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PartitionedTables } from '../../../core/database/partitions/partitioned-tables.js';

/** Says how long the audit log is kept. */
@Injectable()
export class AuditTables implements OnModuleInit {
  constructor(private readonly tables: PartitionedTables) {}

  onModuleInit(): void {
    this.tables.register({ table: 'audit_log', key: 'id', retention: 'audit' });
  }
}
