import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { DeviceStatesRepository } from './device-states.repository.js';
import { DeviceStatusService } from './device-status.service.js';
import { StatusCountsRepository } from './status-counts.repository.js';
import { StatusMetrics } from './status-metrics.js';
import { StatusSweepRepository } from './status-sweep.repository.js';
import { StatusSweeper } from './status-sweeper.js';

@Module({
  imports: [JournalModule, MaintenanceModule],
  providers: [
    DeviceStatesRepository,
    DeviceStatusService,
    StatusCountsRepository,
    StatusMetrics,
    StatusSweepRepository,
    StatusSweeper,
  ],
  exports: [DeviceStatusService],
})
export class StatusModule {}
