import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { StatusCountsRepository } from './status-counts.repository.js';
import { StatusMetrics } from './status-metrics.js';
import { StatusSweepRepository } from './status-sweep.repository.js';
import { StatusSweeper } from './status-sweeper.js';

@Module({
  imports: [JournalModule, MaintenanceModule],
  providers: [StatusCountsRepository, StatusMetrics, StatusSweepRepository, StatusSweeper],
})
export class StatusModule {}
