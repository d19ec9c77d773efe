import { Module } from '@nestjs/common';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { LabelsModule } from '../../labels/labels.module.js';
import { DevicesModule } from '../devices.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { DeviceProfilesModule } from '../profiles/device-profiles.module.js';
import { AdoptParkedHandler } from './adopt-parked.handler.js';
import { AdoptionRepository } from './adoption.repository.js';
import { AdoptionService } from './adoption.service.js';
import { ParkedMessagesRepository } from './parked-messages.repository.js';
import { ParkedMoves } from './parked-moves.js';
import { RegistrationDefaultsCheck } from './registration-defaults-check.js';
import { UnknownDevicesController } from './unknown-devices.controller.js';
import { UnknownDevicesService } from './unknown-devices.service.js';

@Module({
  imports: [AuditModule, AuthModule, DeviceProfilesModule, DevicesModule, JournalModule, LabelsModule],
  controllers: [UnknownDevicesController],
  providers: [
    AdoptionRepository,
    AdoptionService,
    AdoptParkedHandler,
    ParkedMessagesRepository,
    ParkedMoves,
    RegistrationDefaultsCheck,
    UnknownDevicesService,
  ],
  exports: [AdoptionService],
})
export class ParkedModule {}
