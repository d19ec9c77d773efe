import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { LabelsModule } from '../../labels/labels.module.js';
import { DevicesModule } from '../devices.module.js';
import { DeviceProfilesModule } from '../profiles/device-profiles.module.js';
import { StatusModule } from '../status/status.module.js';
import { DeviceExportController } from './device-export.controller.js';
import { DeviceExport } from './device-export.service.js';
import { DeviceImportsController } from './device-imports.controller.js';
import { DeviceImportsRepository } from './device-imports.repository.js';
import { DeviceImportsService } from './device-imports.service.js';
import { DeviceIntakeRepository } from './device-intake.repository.js';
import { DeviceIntake } from './device-intake.service.js';
import { DeviceReferences } from './device-references.js';
import { ImportDevicesHandler } from './import-devices.handler.js';
import { ImportUpkeep } from './import-upkeep.js';

const intake = [DeviceIntake, DeviceIntakeRepository, DeviceReferences];

@Module({
  imports: [AuditModule, DevicesModule, DeviceProfilesModule, LabelsModule, MaintenanceModule, StatusModule],
  controllers: [DeviceImportsController, DeviceExportController],
  providers: [
    DeviceImportsService,
    DeviceImportsRepository,
    ImportDevicesHandler,
    ImportUpkeep,
    DeviceExport,
    ...intake,
  ],
})
export class DeviceTransferModule {}
