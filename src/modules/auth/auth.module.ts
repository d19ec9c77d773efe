import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MaintenanceModule } from '../../core/maintenance/maintenance.module.js';
import { AccessGuard } from './access.guard.js';
import { Admittance } from './admittance.service.js';
import { AccessTokenAuthenticator } from './access-token.authenticator.js';
import { AccessTokensService } from './signing/access-tokens.service.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyCache } from './api-key-cache.js';
import { ApiKeyUsage } from './api-key-usage.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { Authenticators } from './authenticators.service.js';
import { LegacyNetworks } from './legacy-networks.service.js';
import { Membership } from './membership.entity.js';
import { MembershipsRepository } from './memberships.repository.js';
import { NewAccounts } from './new-accounts.service.js';
import { OperatorAccess } from './operator-access.service.js';
import { PasswordHasher } from './passwords/password-hasher.service.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { LoginController } from './sessions/login.controller.js';
import { LoginService } from './sessions/login.service.js';
import { RefreshTokens } from './sessions/refresh-tokens.service.js';
import { SessionRefreshService } from './sessions/session-refresh.service.js';
import { SessionTokensService } from './sessions/session-tokens.service.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { JwksController } from './signing/jwks.controller.js';
import { SigningKeyMaker } from './signing/signing-key-maker.js';
import { SigningKeyRotation } from './signing/signing-key-rotation.service.js';
import { SigningKey } from './signing/signing-key.entity.js';
import { SigningKeysRepository } from './signing/signing-keys.repository.js';
import { SigningKeysService } from './signing/signing-keys.service.js';
import { StandingAccess } from './standing-access.service.js';
import { TenantEntity } from './tenant.entity.js';
import { RegistrationDefaultsChecks } from './registration-defaults.service.js';
import { TenantSetups } from './tenant-setups.service.js';
import { TenantsRepository } from './tenants.repository.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { TenantsService } from './tenants/tenants.service.js';
import { Throttle } from './throttling/throttle.service.js';
import { ThrottlesRepository } from './throttling/throttles.repository.js';
import { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const repositories = [
  ApiKeysRepository,
  MembershipsRepository,
  SessionsRepository,
  SigningKeysRepository,
  TenantsRepository,
  ThrottlesRepository,
  UsersRepository,
];
const authentication = [
  AccessTokenAuthenticator,
  AccessTokensService,
  ApiKeyAuthenticator,
  ApiKeyCache,
  ApiKeyUsage,
  PasswordHasher,
  RefreshTokens,
  SessionTokensService,
  SigningKeyMaker,
  SigningKeyRotation,
  SigningKeysService,
  Throttle,
];
const useCases = [
  ApiKeysService,
  AuthService,
  LoginService,
  NewAccounts,
  PasswordsService,
  SessionRefreshService,
  SessionsService,
  RegistrationDefaultsChecks,
  TenantSetups,
  TenantsService,
  UsersService,
];

@Module({
  imports: [
    AuditModule,
    MaintenanceModule,
    JwtModule.register({}), // keys and rules are named with each call: there are several keys
    TypeOrmModule.forFeature([ApiKey, Membership, Session, SigningKey, TenantEntity, User]),
  ],
  controllers: [
    AuthController,
    LoginController,
    SessionsController,
    TenantsController,
    JwksController,
    ApiKeysController,
  ],
  providers: [
    ...repositories,
    ...authentication,
    ...useCases,
    Admittance,
    Authenticators,
    LegacyNetworks,
    OperatorAccess,
    StandingAccess,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [
    ...[
      Admittance,
      ApiKeysService,
      AuthService,
      Authenticators,
      LoginService,
      OperatorAccess,
      RegistrationDefaultsChecks,
      SessionRefreshService,
      StandingAccess,
      TenantSetups,
      UsersService,
    ],
    ...[MembershipsRepository, NewAccounts, SessionsService, Throttle, UsersRepository], // for members and invitations
  ],
})
export class AuthModule {}
