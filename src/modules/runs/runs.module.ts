import { Module } from '@nestjs/common';
import { PartitionsModule } from '../../core/database/partitions/partitions.module.js';
import { Channels } from './channels/channels.service.js';
import { CompletionService } from './completion/completion.service.js';
import { AttemptsService } from './deliveries/attempts.service.js';
import { DeliverHandler } from './deliveries/deliver.handler.js';
import { WaitingDeliveriesRepository } from './deliveries/waiting-deliveries.repository.js';
import { HistoriesModule } from './histories/histories.module.js';
import { RunsTables } from './runs-tables.js';
import { RunsService } from './runs.service.js';

@Module({
  imports: [HistoriesModule, PartitionsModule],
  providers: [
    AttemptsService,
    Channels,
    CompletionService,
    DeliverHandler,
    RunsService,
    RunsTables,
    WaitingDeliveriesRepository,
  ],
  exports: [AttemptsService, Channels, CompletionService, RunsService],
})
export class RunsModule {}
