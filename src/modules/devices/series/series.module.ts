import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { DevicesModule } from '../devices.module.js';
import { SeriesFoldRepository } from './series-fold.repository.js';
import { SeriesFold } from './series-fold.js';
import { SeriesMonths } from './series-months.js';
import { SeriesPartsRepository } from './series-parts.repository.js';
import { SeriesController } from './series.controller.js';
import { SeriesRepository } from './series.repository.js';
import { SeriesService } from './series.service.js';

@Module({
  imports: [DevicesModule, MaintenanceModule],
  controllers: [SeriesController],
  providers: [SeriesFold, SeriesFoldRepository, SeriesMonths, SeriesPartsRepository, SeriesRepository, SeriesService],
  exports: [SeriesService],
})
export class SeriesModule {}
