import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EgressModule } from '../../core/egress/egress.module.js';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DeviceAccessTokensModule } from '../devices/access-tokens/device-access-tokens.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { DeviceKeysModule } from '../devices/keys/device-keys.module.js';
import { DeviceProfilesModule } from '../devices/profiles/device-profiles.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { PlacesModule } from '../places/places.module.js';
import { ProvisioningKeyAuthenticator } from './keys/provisioning-key.authenticator.js';
import { ProvisioningKeyGifts } from './keys/provisioning-key-gifts.js';
import { ProvisioningKeyLabel } from './keys/provisioning-key-label.entity.js';
import { ProvisioningKey } from './keys/provisioning-key.entity.js';
import { ProvisioningKeysController } from './keys/provisioning-keys.controller.js';
import { ProvisioningKeysRepository } from './keys/provisioning-keys.repository.js';
import { ProvisioningKeysService } from './keys/provisioning-keys.service.js';
import { LocalRegistrations } from './local-registrations.service.js';
import { DeviceFinderRepository } from './placement/device-finder.repository.js';
import { DeviceFinder } from './placement/device-finder.js';
import { IpLookup } from './placement/ip-lookup.js';
import { Placements } from './placement/placements.js';
import { ZeroTouch } from './placement/zero-touch.js';
import { ProvisioningEventsService } from './provisioning-events.service.js';
import { DeviceRegistrationController } from './registrations/device-registration.controller.js';
import { DeviceRegistration } from './registrations/device-registration.entity.js';
import { KeyExchangeController } from './registrations/key-exchange.controller.js';
import { KeyExchangeService } from './registrations/key-exchange.service.js';
import { RegisteredDevicesService } from './registrations/registered-devices.service.js';
import { Registrar } from './registrations/registrar.js';
import { RegistrationDesk } from './registrations/registration-desk.js';
import { RegistrationsRepository } from './registrations/registrations.repository.js';
import { RegistrationsService } from './registrations/registrations.service.js';
import { ClaimsController } from './tokens/claims.controller.js';
import { ClaimsService } from './tokens/claims.service.js';
import { DeviceToken } from './tokens/device-token.entity.js';
import { DeviceTokensController } from './tokens/device-tokens.controller.js';
import { DeviceTokensRepository } from './tokens/device-tokens.repository.js';
import { DeviceTokensService } from './tokens/device-tokens.service.js';

const tokens = [ClaimsService, DeviceTokensRepository, DeviceTokensService];
const keys = [ProvisioningKeyAuthenticator, ProvisioningKeyGifts, ProvisioningKeysRepository, ProvisioningKeysService];
const placement = [DeviceFinder, DeviceFinderRepository, IpLookup, Placements, ZeroTouch];
const registrations = [
  KeyExchangeService,
  LocalRegistrations,
  RegisteredDevicesService,
  Registrar,
  RegistrationDesk,
  RegistrationsRepository,
  RegistrationsService,
];

@Module({
  imports: [
    ...[AuditModule, AuthModule, DeviceKeysModule, DeviceProfilesModule, DevicesModule, JournalModule, LabelsModule],
    ...[DeviceAccessTokensModule, EgressModule, PlacesModule],
    TypeOrmModule.forFeature([DeviceRegistration, DeviceToken, ProvisioningKey, ProvisioningKeyLabel]),
  ],
  controllers: [
    ...[ClaimsController, DeviceRegistrationController, DeviceTokensController, KeyExchangeController],
    ProvisioningKeysController,
  ],
  providers: [...tokens, ...keys, ...placement, ...registrations, ProvisioningEventsService],
  exports: [LocalRegistrations, ProvisioningKeysService, RegistrationsService],
})
export class ProvisioningModule {}
