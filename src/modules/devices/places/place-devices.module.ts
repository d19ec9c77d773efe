import { Module } from '@nestjs/common';
import { PlacesModule } from '../../places/places.module.js';
import { PlaceDevicesController } from './place-devices.controller.js';
import { PlaceDevicesRepository } from './place-devices.repository.js';
import { PlaceDevicesService } from './place-devices.service.js';

@Module({
  imports: [PlacesModule],
  controllers: [PlaceDevicesController],
  providers: [PlaceDevicesRepository, PlaceDevicesService],
})
export class PlaceDevicesModule {}
