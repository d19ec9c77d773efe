import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConfigsModule } from '../modules/configs/configs.module.js';
import { SpoolModule } from '../modules/devices/journal/spool/spool.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { SchemaState } from './schema-state.js';

@Module({
  // Not its own log: a probe every second would say the same error each time.
  imports: [TerminusModule.forRoot({ logger: false }), ConfigsModule, SpoolModule],
  controllers: [HealthController],
  providers: [HealthService, SchemaState],
})
export class HealthModule {}
