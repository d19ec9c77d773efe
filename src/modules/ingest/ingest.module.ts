import { Module } from '@nestjs/common';
import { JournalModule } from '../devices/journal/journal.module.js';
import { DeviceRates } from './gateway/device-rates.js';
import { GatewayIngestController } from './gateway/gateway-ingest.controller.js';
import { GatewayIngestService } from './gateway/gateway-ingest.service.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';

@Module({
  imports: [JournalModule],
  controllers: [IngestController, GatewayIngestController],
  providers: [DeviceRates, GatewayIngestService, IngestService],
})
export class IngestModule {}
