import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LabelsModule } from '../labels/labels.module.js';
import { DeviceContexts } from './device-contexts.service.js';
import { DeviceLabel } from './device-label.entity.js';
import { DeviceLabelsController } from './device-labels.controller.js';
import { DeviceLabelsRepository } from './device-labels.repository.js';
import { DeviceLabelsService } from './device-labels.service.js';
import { DeviceState } from './device-state.entity.js';
import { Device } from './device.entity.js';
import { DevicesController } from './devices.controller.js';
import { DevicesRepository } from './devices.repository.js';
import { DevicesService } from './devices.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Device, DeviceLabel, DeviceState]), LabelsModule],
  controllers: [DevicesController, DeviceLabelsController],
  providers: [DevicesService, DeviceLabelsService, DeviceContexts, DevicesRepository, DeviceLabelsRepository],
  exports: [DevicesService, DeviceContexts],
})
export class DevicesModule {}
