import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MaintenanceModule } from '../../../core/maintenance/maintenance.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { OidcModule } from '../../auth/oidc/oidc.module.js';
import { KeycloakAdmin } from './keycloak-admin.js';
import { KeycloakClient } from './keycloak-client.entity.js';
import { KeycloakClientsRepository } from './keycloak-clients.repository.js';
import { KeycloakClientsService } from './keycloak-clients.service.js';
import { KeycloakDeviceAuthenticator } from './keycloak-device.authenticator.js';
import { KeycloakRemoval } from './keycloak-removal.entity.js';

/** Devices as clients of a Keycloak. */
@Module({
  imports: [AuthModule, MaintenanceModule, OidcModule, TypeOrmModule.forFeature([KeycloakClient, KeycloakRemoval])],
  providers: [KeycloakAdmin, KeycloakClientsRepository, KeycloakClientsService, KeycloakDeviceAuthenticator],
  exports: [KeycloakClientsService],
})
export class KeycloakModule {}
