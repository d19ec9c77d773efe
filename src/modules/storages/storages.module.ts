import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboundModule } from '../../core/outbound/outbound.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { InfluxWriter } from './channels/influx.writer.js';
import { PostgresWriter } from './channels/postgres.writer.js';
import { StorageTargets } from './channels/storage-targets.js';
import { StorageTrials } from './channels/storage-trials.js';
import { StorageChannel } from './channels/storage.channel.js';
import { StorageGate } from './config/storage-gate.js';
import { StorageDetailsService } from './storage-details.service.js';
import { StorageGatesController } from './storage-gates.controller.js';
import { Storage } from './storage.entity.js';
import { StoragesController } from './storages.controller.js';
import { StoragesRepository } from './storages.repository.js';
import { StoragesService } from './storages.service.js';

const channels = [InfluxWriter, PostgresWriter, StorageChannel, StorageTargets, StorageTrials];

@Module({
  imports: [OutboundModule, RunsModule, TypeOrmModule.forFeature([Storage])],
  controllers: [StorageGatesController, StoragesController],
  providers: [StorageDetailsService, StorageGate, StoragesRepository, StoragesService, ...channels],
  exports: [StoragesService],
})
export class StoragesModule {}
