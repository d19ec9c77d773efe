import { Module } from '@nestjs/common';
import { PartitionsModule } from '../../../core/database/partitions/partitions.module.js';
import { AuditTables } from './audit-tables.js';
import { AuditTrailService } from './audit-trail.service.js';
import { AuditController } from './audit.controller.js';
import { AuditModule } from './audit.module.js';

/** Reads the audit log and keeps its retention. By itself: commands write to the log, and must not tend partitions. */
@Module({
  imports: [AuditModule, PartitionsModule],
  controllers: [AuditController],
  providers: [AuditTables, AuditTrailService],
})
export class AuditTrailModule {}
