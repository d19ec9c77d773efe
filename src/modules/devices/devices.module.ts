import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { FunctionsModule } from '../functions/functions.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { PlacesModule } from '../places/places.module.js';
import { DeviceBelongings } from './device-belongings.js';
import { DeviceContextsModule } from './device-contexts.module.js';
import { DeviceLabel } from './device-label.entity.js';
import { DeviceLabelsController } from './device-labels.controller.js';
import { DeviceLabelsRepository } from './device-labels.repository.js';
import { DeviceLabelsService } from './device-labels.service.js';
import { DeviceNamesRepository } from './device-names.repository.js';
import { DeviceNamesService } from './device-names.service.js';
import { DeviceState } from './device-state.entity.js';
import { Device } from './device.entity.js';
import { DevicesController } from './devices.controller.js';
import { DevicesRepository } from './devices.repository.js';
import { DevicesService } from './devices.service.js';
import { JournalModule } from './journal/journal.module.js';
import { PlaceOccupants } from './place-occupants.js';
import { PlaceDevicesModule } from './places/place-devices.module.js';
import { DeviceProfilesModule } from './profiles/device-profiles.module.js';
import { StatusModule } from './status/status.module.js';
import { StoredSamples } from './stored-samples.js';

const repositories = [DevicesRepository, DeviceLabelsRepository, DeviceNamesRepository];
const services = [DevicesService, DeviceLabelsService, DeviceNamesService];

@Module({
  imports: [
    DeviceContextsModule,
    AuditModule,
    TypeOrmModule.forFeature([Device, DeviceLabel, DeviceState]),
    DeviceProfilesModule,
    FunctionsModule,
    JournalModule,
    LabelsModule,
    PlaceDevicesModule,
    PlacesModule,
    StatusModule,
  ],
  controllers: [DevicesController, DeviceLabelsController],
  providers: [...services, DeviceBelongings, PlaceOccupants, StoredSamples, ...repositories],
  exports: [DevicesService, DeviceNamesService, DeviceContextsModule],
})
export class DevicesModule {}
