import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { DeviceKeysModule } from '../devices/keys/device-keys.module.js';
import { ParkedModule } from '../devices/parked/parked.module.js';
import { AutoRegistration } from './auto-registration.js';
import { GatewayIngestController } from './gateway/gateway-ingest.controller.js';
import { GatewayIngestService } from './gateway/gateway-ingest.service.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';

@Module({
  imports: [AuthModule, DeviceKeysModule, JournalModule, ParkedModule],
  controllers: [IngestController, GatewayIngestController],
  providers: [AutoRegistration, GatewayIngestService, IngestService],
})
export class IngestModule {}
