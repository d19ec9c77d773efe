import { Module } from '@nestjs/common';
import { Channels } from './channels/channels.service.js';
import { CompletionService } from './completion/completion.service.js';
import { AttemptsService } from './deliveries/attempts.service.js';
import { DeliverHandler } from './deliveries/deliver.handler.js';
import { WaitingDeliveriesRepository } from './deliveries/waiting-deliveries.repository.js';
import { RunsService } from './runs.service.js';

@Module({
  providers: [AttemptsService, Channels, CompletionService, DeliverHandler, RunsService, WaitingDeliveriesRepository],
  exports: [AttemptsService, Channels, CompletionService, RunsService],
})
export class RunsModule {}
