import { Module } from '@nestjs/common';
import { DeliveriesController } from '../deliveries/deliveries.controller.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { HistoriesModule } from '../histories/histories.module.js';
import { ReplayDeliveriesHandler } from './replay-deliveries.handler.js';
import { ReplayMessagesService } from './replay-messages.service.js';
import { ReplayedDeliveriesRepository } from './replayed-deliveries.repository.js';
import { ReplaysController } from './replays.controller.js';
import { ReplaysRepository } from './replays.repository.js';
import { ReplaysService } from './replays.service.js';

const services = [DeliveriesService, ReplayDeliveriesHandler, ReplayMessagesService, ReplaysService];
const repositories = [ReplayedDeliveriesRepository, ReplaysRepository];

/** Deliveries that people look for and make again. */
@Module({
  imports: [HistoriesModule],
  controllers: [DeliveriesController, ReplaysController],
  providers: [...services, ...repositories],
})
export class ReplayModule {}
