import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditRecord } from './audit-record.entity.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { EditsService } from './edits.service.js';

/** Imported by every module whose rows people change. */
@Module({
  imports: [TypeOrmModule.forFeature([AuditRecord])],
  providers: [AuditRepository, AuditService, EditsService],
  exports: [AuditRepository, AuditService, EditsService],
})
export class AuditModule {}
