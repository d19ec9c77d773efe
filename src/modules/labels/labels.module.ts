import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { LabelUsage } from './label-usage.service.js';
import { Label } from './label.entity.js';
import { LabelsController } from './labels.controller.js';
import { LabelsRepository } from './labels.repository.js';
import { LabelsService } from './labels.service.js';

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([Label])],
  controllers: [LabelsController],
  providers: [LabelsService, LabelsRepository, LabelUsage],
  exports: [LabelsService, LabelUsage],
})
export class LabelsModule {}
