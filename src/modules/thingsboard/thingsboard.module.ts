import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DeviceAccessTokensModule } from '../devices/access-tokens/device-access-tokens.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { DeviceKeysModule } from '../devices/keys/device-keys.module.js';
import { TwinsModule } from '../devices/twin/twins.module.js';
import { AccessTokenDesk } from './device-api/access-token-desk.js';
import { DeviceAttributesService } from './device-api/device-attributes.service.js';
import { DeviceTelemetryService } from './device-api/device-telemetry.service.js';
import { ThingsBoardDevicesController } from './device-api/thingsboard-devices.controller.js';

@Module({
  imports: [AuthModule, DeviceAccessTokensModule, DeviceKeysModule, JournalModule, TwinsModule],
  controllers: [ThingsBoardDevicesController],
  providers: [AccessTokenDesk, DeviceAttributesService, DeviceTelemetryService],
})
export class ThingsBoardModule {}
