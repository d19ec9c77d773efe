import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { DeviceKeysModule } from '../devices/keys/device-keys.module.js';
import { LocalRegistrations } from './local-registrations.service.js';
import { ProvisioningEventsService } from './provisioning-events.service.js';
import { DeviceRegistrationController } from './registrations/device-registration.controller.js';
import { RegistrationsService } from './registrations/registrations.service.js';
import { ClaimsController } from './tokens/claims.controller.js';
import { ClaimsService } from './tokens/claims.service.js';
import { DeviceToken } from './tokens/device-token.entity.js';
import { DeviceTokensController } from './tokens/device-tokens.controller.js';
import { DeviceTokensRepository } from './tokens/device-tokens.repository.js';
import { DeviceTokensService } from './tokens/device-tokens.service.js';

const registrations = [LocalRegistrations, RegistrationsService];
const tokens = [ClaimsService, DeviceTokensRepository, DeviceTokensService];

@Module({
  imports: [
    AuditModule,
    AuthModule,
    DeviceKeysModule,
    DevicesModule,
    JournalModule,
    TypeOrmModule.forFeature([DeviceToken]),
  ],
  controllers: [ClaimsController, DeviceRegistrationController, DeviceTokensController],
  providers: [...registrations, ...tokens, ProvisioningEventsService],
  exports: [LocalRegistrations],
})
export class ProvisioningModule {}
