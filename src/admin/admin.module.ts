import { Module } from '@nestjs/common';
import { AuditModule } from '../modules/auth/audit/audit.module.js';
import { JobReleasesService } from './job-releases.service.js';
import { ParkedJobsController } from './parked-jobs.controller.js';

@Module({ imports: [AuditModule], controllers: [ParkedJobsController], providers: [JobReleasesService] })
export class AdminModule {}
