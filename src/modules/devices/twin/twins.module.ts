import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartitionsModule } from '../../../core/database/partitions/partitions.module.js';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { DevicesModule } from '../devices.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { DeviceKeysModule } from '../keys/device-keys.module.js';
import { DeviceStatesController } from './device-states.controller.js';
import { DeviceTwin } from './device-twin.entity.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';
import { TargetsService } from './targets.service.js';
import { TwinChange } from './twin-change.entity.js';
import { TwinHistoryRepository } from './twin-history.repository.js';
import { TwinHistoryService } from './twin-history.service.js';
import { TwinTables } from './twin-tables.js';
import { TwinsController } from './twins.controller.js';
import { TwinsRepository } from './twins.repository.js';
import { TwinsService } from './twins.service.js';

const repositories = [ReportsRepository, TwinHistoryRepository, TwinsRepository];
const services = [ReportsService, TargetsService, TwinHistoryService, TwinsService];

@Module({
  imports: [
    AuditModule,
    DeviceKeysModule,
    DevicesModule,
    JournalModule,
    PartitionsModule,
    TypeOrmModule.forFeature([DeviceTwin, TwinChange]),
  ],
  controllers: [DeviceStatesController, TwinsController],
  providers: [...repositories, ...services, TwinTables],
  exports: services,
})
export class TwinsModule {}
