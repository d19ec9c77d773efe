import { Module } from '@nestjs/common';
import { AuditModule } from '../auth/audit/audit.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { FunctionsModule } from '../functions/functions.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { ContinueRunHandler } from './continue-run.handler.js';
import { UplinkDecoder } from './decoding/uplink-decoder.js';
import { ProcessEventHandler } from './process-event.handler.js';
import { ReplayRunHandler } from './replay/replay-run.handler.js';
import { RunReplaysController } from './replay/run-replays.controller.js';
import { RunReplaysService } from './replay/run-replays.service.js';
import { RunContexts } from './run-contexts.js';
import { FunctionStep } from './steps/function.step.js';
import { StepKinds } from './steps/step-kinds.js';
import { FlowTrialsController } from './trials/flow-trials.controller.js';
import { FlowTrials } from './trials/flow-trials.service.js';
import { FirstAttempt } from './walk/first-attempt.js';
import { FlowWalker } from './walk/flow-walker.js';
import { HeldAttempts } from './walk/held-attempts.js';

const walking = [FirstAttempt, FlowWalker, FunctionStep, HeldAttempts, StepKinds];

@Module({
  imports: [AuditModule, DevicesModule, FlowsModule, FunctionsModule, JournalModule, RunsModule],
  controllers: [FlowTrialsController, RunReplaysController],
  providers: [
    ContinueRunHandler,
    FlowTrials,
    ProcessEventHandler,
    ReplayRunHandler,
    RunContexts,
    RunReplaysService,
    UplinkDecoder,
    ...walking,
  ],
})
export class FlowProcessorModule {}
