import { Module } from '@nestjs/common';
import { PartitionsModule } from '../../../core/database/partitions/partitions.module.js';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { EventKeyRotation } from './event-key-rotation.js';
import { EventReaderService } from './event-reader.service.js';
import { DeviceHistoryController } from './history/device-history.controller.js';
import { DeviceHistoryRepository } from './history/device-history.repository.js';
import { DeviceHistoryService } from './history/device-history.service.js';
import { JournalTables } from './journal-tables.js';
import { JournalService } from './journal.service.js';
import { SpoolModule } from './spool/spool.module.js';

@Module({
  imports: [MaintenanceModule, PartitionsModule, SpoolModule],
  controllers: [DeviceHistoryController],
  providers: [
    DeviceHistoryRepository,
    DeviceHistoryService,
    EventKeyRotation,
    EventReaderService,
    JournalService,
    JournalTables,
  ],
  exports: [EventReaderService, JournalService, SpoolModule],
})
export class JournalModule {}
