import { Global, Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { ChangesPurge } from './changes-purge.js';
import { Changes } from './changes.js';

@Global()
@Module({ imports: [MaintenanceModule], providers: [Changes, ChangesPurge], exports: [Changes] })
export class ChangesModule {}
