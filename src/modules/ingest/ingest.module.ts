import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { ParkedModule } from '../devices/parked/parked.module.js';
import { AutoRegistration } from './auto-registration.js';
import { DeviceRates } from './gateway/device-rates.js';
import { GatewayIngestController } from './gateway/gateway-ingest.controller.js';
import { GatewayIngestService } from './gateway/gateway-ingest.service.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';

@Module({
  imports: [AuthModule, JournalModule, ParkedModule],
  controllers: [IngestController, GatewayIngestController],
  providers: [AutoRegistration, DeviceRates, GatewayIngestService, IngestService],
})
export class IngestModule {}
