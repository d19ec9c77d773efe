import { Module } from '@nestjs/common';
import { SensorsController } from './sensors.controller.js';
import { SensorsRepository } from './sensors.repository.js';
import { SensorsService } from './sensors.service.js';

@Module({
  controllers: [SensorsController],
  providers: [SensorsRepository, SensorsService],
})
export class SensorsModule {}
