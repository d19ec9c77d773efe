import { Module } from '@nestjs/common';
import { ParkedJobsController } from './parked-jobs.controller.js';

@Module({ controllers: [ParkedJobsController] })
export class AdminModule {}
