import { Module } from '@nestjs/common';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { GivingUpController } from './giving-up/giving-up.controller.js';
import { GivingUpService } from './giving-up/giving-up.service.js';
import { HistoriesModule } from '../histories/histories.module.js';
import { ReplayDeliveriesHandler } from '../replay/replay-deliveries.handler.js';
import { ReplayMessagesService } from '../replay/replay-messages.service.js';
import { ReplayedDeliveriesRepository } from '../replay/replayed-deliveries.repository.js';
import { ReplaysController } from '../replay/replays.controller.js';
import { ReplaysRepository } from '../replay/replays.repository.js';
import { ReplaysService } from '../replay/replays.service.js';

const services = [DeliveriesService, GivingUpService, ReplayDeliveriesHandler, ReplayMessagesService, ReplaysService];
const repositories = [ReplayedDeliveriesRepository, ReplaysRepository];

/** Deliveries that people look for, make again or give up. */
@Module({
  imports: [AuditModule, HistoriesModule],
  controllers: [DeliveriesController, GivingUpController, ReplaysController],
  providers: [...services, ...repositories],
  exports: [GivingUpService],
})
export class DeliveriesModule {}
