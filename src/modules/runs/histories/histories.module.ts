import { Module } from '@nestjs/common';
import { JournalModule } from '../../devices/journal/journal.module.js';
import { DeliveryHistoryRepository } from './delivery-history.repository.js';
import { FlowHistoryController } from './flow-history.controller.js';
import { FlowHistoryRepository } from './flow-history.repository.js';
import { FlowHistoryService } from './flow-history.service.js';
import { FunctionHistoryController } from './function-history.controller.js';
import { FunctionHistoryRepository } from './function-history.repository.js';
import { FunctionHistoryService } from './function-history.service.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { IntegrationHistoryController } from './integration-history.controller.js';
import { DeliveryHistoryService } from './delivery-history.service.js';
import { LabelHistoryController } from './label-history.controller.js';
import { LabelHistoryRepository } from './label-history.repository.js';
import { LabelHistoryService } from './label-history.service.js';
import { StorageHistoryController } from './storage-history.controller.js';
import { RunInputsRepository } from './run-inputs.repository.js';
import { RunInputsService } from './run-inputs.service.js';
import { RunStepsRepository } from './run-steps.repository.js';

const services = [
  DeliveryHistoryService,
  FlowHistoryService,
  FunctionHistoryService,
  LabelHistoryService,
  RunInputsService,
];
const repositories = [
  DeliveryHistoryRepository,
  FlowHistoryRepository,
  FunctionHistoryRepository,
  HistorySubjectsRepository,
  LabelHistoryRepository,
  RunInputsRepository,
  RunStepsRepository,
];

/** What people read of runs; nothing that runs needs it, but replays read what came in. */
@Module({
  imports: [JournalModule],
  controllers: [
    FlowHistoryController,
    FunctionHistoryController,
    IntegrationHistoryController,
    LabelHistoryController,
    StorageHistoryController,
  ],
  providers: [...services, ...repositories],
  exports: [FlowHistoryService, HistorySubjectsRepository, DeliveryHistoryService, RunInputsService],
})
export class HistoriesModule {}
