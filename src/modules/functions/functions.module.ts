import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../../core/config/settings.js';
import { AuditModule } from '../auth/audit/audit.module.js';
import { FunctionQuarantine } from './function-quarantine.service.js';
import { FunctionTrialsController } from './function-trials.controller.js';
import { FunctionTrials } from './function-trials.service.js';
import { FunctionVersion } from './function-version.entity.js';
import { FunctionVersionsController } from './function-versions.controller.js';
import { FunctionVersionsRepository } from './function-versions.repository.js';
import { FunctionVersionsService } from './function-versions.service.js';
import { UserFunction } from './function.entity.js';
import { FunctionsController } from './functions.controller.js';
import { FunctionsRepository } from './functions.repository.js';
import { FunctionsService } from './functions.service.js';
import { SampleMessages } from './sample-messages.service.js';
import { SampleEvents } from './sample-events.service.js';
import { SandboxMetrics } from './sandbox/sandbox-metrics.js';
import { SANDBOX_OPTIONS, type SandboxOptions } from './sandbox/sandbox.options.js';
import { SandboxService } from './sandbox/sandbox.service.js';
import { SourceCheck } from './source-check.js';

const options = {
  provide: SANDBOX_OPTIONS,
  inject: [Settings],
  useFactory: ({ sandboxThreads }: Settings): Partial<SandboxOptions> => ({ threads: sandboxThreads }),
};
const repositories = [FunctionsRepository, FunctionVersionsRepository];

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([UserFunction, FunctionVersion])],
  controllers: [FunctionsController, FunctionTrialsController, FunctionVersionsController],
  providers: [
    FunctionsService,
    FunctionQuarantine,
    FunctionTrials,
    FunctionVersionsService,
    SampleEvents,
    SampleMessages,
    SandboxMetrics,
    SandboxService,
    SourceCheck,
    options,
    ...repositories,
  ],
  exports: [FunctionsService, FunctionVersionsService, SampleEvents, SampleMessages, SandboxService],
})
export class FunctionsModule {}
