import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../../maintenance/maintenance.module.js';
import { PartitionMaintenance } from './partition-maintenance.js';
import { PartitionedTables } from './partitioned-tables.js';
import { PartitionsRepository } from './partitions.repository.js';

/** Imported by the modules that own partitioned tables. */
@Module({
  imports: [MaintenanceModule],
  providers: [PartitionedTables, PartitionMaintenance, PartitionsRepository],
  exports: [PartitionedTables],
})
export class PartitionsModule {}
