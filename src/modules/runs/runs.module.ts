import { Module } from '@nestjs/common';
import { PartitionsModule } from '../../core/database/partitions/partitions.module.js';
import { AuditModule } from '../auth/audit/audit.module.js';
import { Channels } from './channels/channels.service.js';
import { CompletionService } from './completion/completion.service.js';
import { AccountingService } from './deliveries/accounting/accounting.service.js';
import { DeliveryMetrics } from './deliveries/accounting/delivery-metrics.js';
import { DestinationSummaryService } from './deliveries/accounting/destination-summary.service.js';
import { AttemptsService } from './deliveries/attempts.service.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DeliverHandler } from './deliveries/deliver.handler.js';
import { Breaker } from './deliveries/destinations/breaker.js';
import { DestinationMetrics } from './deliveries/destinations/destination-metrics.js';
import { DestinationsService } from './deliveries/destinations/destinations.service.js';
import { WaitingDeliveriesRepository } from './deliveries/waiting-deliveries.repository.js';
import { DestinationDesk } from './destination-edits/destination-desk.service.js';
import { HistoriesModule } from './histories/histories.module.js';
import { RunsTables } from './runs-tables.js';
import { RunsService } from './runs.service.js';

@Module({
  imports: [AuditModule, DeliveriesModule, HistoriesModule, PartitionsModule],
  providers: [
    AccountingService,
    AttemptsService,
    Breaker,
    Channels,
    CompletionService,
    DeliverHandler,
    DeliveryMetrics,
    DestinationDesk,
    DestinationMetrics,
    DestinationsService,
    DestinationSummaryService,
    RunsService,
    RunsTables,
    WaitingDeliveriesRepository,
  ],
  exports: [
    AttemptsService,
    Channels,
    CompletionService,
    DestinationDesk,
    DestinationsService,
    DestinationSummaryService,
    HistoriesModule,
    RunsService,
  ],
})
export class RunsModule {}
