import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { FunctionsModule } from '../../functions/functions.module.js';
import { LabelsModule } from '../../labels/labels.module.js';
import { PlacesModule } from '../../places/places.module.js';
import { DeviceProfileLabel } from './device-profile-label.entity.js';
import { DeviceProfile } from './device-profile.entity.js';
import { DeviceProfilesController } from './device-profiles.controller.js';
import { DeviceProfilesRepository } from './device-profiles.repository.js';
import { DeviceProfilesService } from './device-profiles.service.js';
import { FirstDeviceProfilesModule } from './first-device-profiles.module.js';
import { ProfileMembersRepository } from './profile-members.repository.js';
import { ProfileParts } from './profile-parts.js';

const tables = TypeOrmModule.forFeature([DeviceProfile, DeviceProfileLabel]);

@Module({
  imports: [AuditModule, FirstDeviceProfilesModule, FunctionsModule, LabelsModule, PlacesModule, tables],
  controllers: [DeviceProfilesController],
  providers: [DeviceProfilesService, DeviceProfilesRepository, ProfileMembersRepository, ProfileParts],
  exports: [DeviceProfilesService],
})
export class DeviceProfilesModule {}
