import { Module } from '@nestjs/common';
import { Maintenance } from './maintenance.js';

/** Not global: the modules that have something to maintain import it, so that it is there wherever they are. */
@Module({ providers: [Maintenance], exports: [Maintenance] })
export class MaintenanceModule {}
