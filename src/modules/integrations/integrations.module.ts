import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RunsModule } from '../runs/runs.module.js';
import { HttpSender } from './channels/http.sender.js';
import { IntegrationChannel } from './channels/integration.channel.js';
import { IntegrationTrials } from './channels/integration-trials.js';
import { MqttSender } from './channels/mqtt.sender.js';
import { Targets } from './channels/targets.js';
import { DestinationGate } from './config/destination-gate.js';
import { OutboundModule } from '../../core/outbound/outbound.module.js';
import { IntegrationDetailsService } from './integration-details.service.js';
import { IntegrationGatesController } from './integration-gates.controller.js';
import { Integration } from './integration.entity.js';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { IntegrationsService } from './integrations.service.js';

const channels = [HttpSender, IntegrationChannel, IntegrationTrials, MqttSender, Targets];

@Module({
  imports: [OutboundModule, RunsModule, TypeOrmModule.forFeature([Integration])],
  controllers: [IntegrationGatesController, IntegrationsController],
  providers: [DestinationGate, IntegrationDetailsService, IntegrationsRepository, IntegrationsService, ...channels],
  exports: [IntegrationsService],
})
export class IntegrationsModule {}
