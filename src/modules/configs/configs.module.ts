import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MaintenanceModule } from '../../core/maintenance/maintenance.module.js';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { DeviceProfilesModule } from '../devices/profiles/device-profiles.module.js';
import { ConfigAssignmentsController } from './assignments/config-assignments.controller.js';
import { ConfigAssignments } from './assignments/config-assignments.service.js';
import { LabelsModule } from '../labels/labels.module.js';
import { ConfigEdits } from './config-edits.js';
import { ConfigMetrics } from './config-metrics.js';
import { ConfigRecords } from './config-records.js';
import { ConfigSaves } from './config-saves.js';
import { Config } from './config.entity.js';
import { ConfigsController } from './configs.controller.js';
import { ConfigsRepository } from './configs.repository.js';
import { ConfigsService } from './configs.service.js';
import { DeviceConfigController } from './device-config.controller.js';
import { ConfigFile } from './files/config-file.entity.js';
import { ConfigFileSync } from './files/config-file-sync.js';
import { ConfigFilesRepository } from './files/config-files.repository.js';
import { ConfigFolder } from './files/config-folder.service.js';
import { ConfigRevision } from './revisions/config-revision.entity.js';
import { ConfigRevisionUpkeep } from './revisions/config-revision-upkeep.js';
import { ConfigRevisionsController } from './revisions/config-revisions.controller.js';
import { ConfigRevisionsRepository } from './revisions/config-revisions.repository.js';
import { ConfigRevisionsService } from './revisions/config-revisions.service.js';
import { ConfigSchemas } from './schemas/config-schemas.service.js';

const tables = TypeOrmModule.forFeature([Config, ConfigFile, ConfigRevision]);
const folder = [ConfigFileSync, ConfigFilesRepository, ConfigFolder];

@Module({
  imports: [AuditModule, AuthModule, DevicesModule, DeviceProfilesModule, LabelsModule, MaintenanceModule, tables],
  controllers: [ConfigsController, DeviceConfigController, ConfigRevisionsController, ConfigAssignmentsController],
  providers: [
    ...[ConfigEdits, ConfigMetrics, ConfigRecords, ConfigSaves, ConfigSchemas, ConfigsRepository, ConfigsService],
    ...[ConfigAssignments, ConfigRevisionUpkeep, ConfigRevisionsRepository, ConfigRevisionsService],
    ...folder,
  ],
  exports: [ConfigFolder],
})
export class ConfigsModule {}
