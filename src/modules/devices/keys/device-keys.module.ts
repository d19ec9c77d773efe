import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { DevicesModule } from '../devices.module.js';
import { KeycloakModule } from '../keycloak/keycloak.module.js';
import { DeviceRates } from './device-rates.service.js';
import { DeviceKeyUses } from './device-key-uses.js';
import { DeviceKeyAuthenticator } from './device-key.authenticator.js';
import { DeviceKey } from './device-key.entity.js';
import { DeviceKeysController } from './device-keys.controller.js';
import { DeviceKeysRepository } from './device-keys.repository.js';
import { DeviceKeysService } from './device-keys.service.js';

@Module({
  imports: [AuditModule, AuthModule, DevicesModule, KeycloakModule, TypeOrmModule.forFeature([DeviceKey])],
  controllers: [DeviceKeysController],
  providers: [DeviceKeyAuthenticator, DeviceKeysRepository, DeviceKeysService, DeviceKeyUses, DeviceRates],
  exports: [DeviceKeysService, DeviceRates],
})
export class DeviceKeysModule {}
