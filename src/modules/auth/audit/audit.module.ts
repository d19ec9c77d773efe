import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartitionsModule } from '../../../core/database/partitions/partitions.module.js';
import { AuditRecord } from './audit-record.entity.js';
import { AuditTables } from './audit-tables.js';
import { AuditTrailService } from './audit-trail.service.js';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';

/** Imported by every module whose rows people change. */
@Module({
  imports: [PartitionsModule, TypeOrmModule.forFeature([AuditRecord])],
  controllers: [AuditController],
  providers: [AuditRepository, AuditService, AuditTables, AuditTrailService],
  exports: [AuditService],
})
export class AuditModule {}
