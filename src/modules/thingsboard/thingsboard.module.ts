import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DeviceAccessTokensModule } from '../devices/access-tokens/device-access-tokens.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { DeviceKeysModule } from '../devices/keys/device-keys.module.js';
import { DeviceProfilesModule } from '../devices/profiles/device-profiles.module.js';
import { TwinsModule } from '../devices/twin/twins.module.js';
import { PlacesModule } from '../places/places.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { ThingsBoardAssetsController } from './admin/thingsboard-assets.controller.js';
import { ThingsBoardAssetsService } from './admin/thingsboard-assets.service.js';
import { ThingsBoardAttributesController } from './admin/thingsboard-attributes.controller.js';
import { ThingsBoardAttributesService } from './admin/thingsboard-attributes.service.js';
import { ThingsBoardAuthController } from './admin/thingsboard-auth.controller.js';
import { ThingsBoardDeviceAdminController } from './admin/thingsboard-device-admin.controller.js';
import { ThingsBoardDevicesService } from './admin/thingsboard-devices.service.js';
import { ThingsBoardRelationsController } from './admin/thingsboard-relations.controller.js';
import { ThingsBoardRelationsService } from './admin/thingsboard-relations.service.js';
import { AccessTokenDesk } from './device-api/access-token-desk.js';
import { DeviceAttributesService } from './device-api/device-attributes.service.js';
import { DeviceTelemetryService } from './device-api/device-telemetry.service.js';
import { ThingsBoardDevicesController } from './device-api/thingsboard-devices.controller.js';
import { ProvisionController } from './provision/provision.controller.js';
import { ProvisionService } from './provision/provision.service.js';

const deviceApi = [AccessTokenDesk, DeviceAttributesService, DeviceTelemetryService, ProvisionService];
const admin = [
  ThingsBoardAssetsService,
  ThingsBoardAttributesService,
  ThingsBoardDevicesService,
  ThingsBoardRelationsService,
];

@Module({
  imports: [
    ...[AuthModule, DeviceAccessTokensModule, DeviceKeysModule, DeviceProfilesModule, DevicesModule, JournalModule],
    ...[PlacesModule, ProvisioningModule, TwinsModule],
  ],
  controllers: [
    ProvisionController,
    ...[ThingsBoardAssetsController, ThingsBoardAttributesController, ThingsBoardAuthController],
    ...[ThingsBoardDeviceAdminController, ThingsBoardDevicesController, ThingsBoardRelationsController],
  ],
  providers: [...deviceApi, ...admin],
})
export class ThingsBoardModule {}
