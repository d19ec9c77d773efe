import { Module } from '@nestjs/common';
import { PartitionsModule } from '../../../core/database/partitions/partitions.module.js';
import { RecentFirst } from '../../../core/http/paging/recent-first.js';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { DeviceContextsModule } from '../device-contexts.module.js';
import { DecodedValuesService } from './decoded/decoded-values.service.js';
import { EventKeyRotation } from './event-key-rotation.js';
import { EventReaderService } from './event-reader.service.js';
import { HeartbeatsModule } from './heartbeats/heartbeats.module.js';
import { DeviceHistoryController } from './history/device-history.controller.js';
import { DeviceHistoryRepository } from './history/device-history.repository.js';
import { DeviceHistoryService } from './history/device-history.service.js';
import { IntakeBeat } from './intake/intake-beat.js';
import { IntakeRepository } from './intake/intake.repository.js';
import { JournalHandover } from './journal-handover.js';
import { JournalTables } from './journal-tables.js';
import { JournalService } from './journal.service.js';
import { LatestTelemetryController } from './telemetry/latest-telemetry.controller.js';
import { LatestTelemetryService } from './telemetry/latest-telemetry.service.js';
import { SpoolModule } from './spool/spool.module.js';
import { StatusChangesService } from './status-changes/status-changes.service.js';

@Module({
  imports: [DeviceContextsModule, HeartbeatsModule, MaintenanceModule, PartitionsModule, SpoolModule],
  controllers: [DeviceHistoryController, LatestTelemetryController],
  providers: [
    DecodedValuesService,
    DeviceHistoryRepository,
    DeviceHistoryService,
    EventKeyRotation,
    EventReaderService,
    IntakeBeat,
    IntakeRepository,
    JournalHandover,
    JournalService,
    JournalTables,
    LatestTelemetryService,
    RecentFirst,
    StatusChangesService,
  ],
  exports: [
    DecodedValuesService,
    DeviceHistoryService,
    EventReaderService,
    HeartbeatsModule,
    IntakeRepository,
    JournalService,
    RecentFirst,
    SpoolModule,
    StatusChangesService,
  ],
})
export class JournalModule {}
