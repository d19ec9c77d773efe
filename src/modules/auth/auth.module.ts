import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { AccessTokenAuthenticator } from './access-token.authenticator.js';
import { AccessTokensService } from './access-tokens.service.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyCache } from './api-key-cache.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { Authenticators } from './authenticators.service.js';
import { Membership } from './membership.entity.js';
import { MembershipsRepository } from './memberships.repository.js';
import { PasswordHasher } from './password-hasher.service.js';
import { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeysService } from './signing-keys.service.js';
import { TenantEntity } from './tenant.entity.js';
import { TenantSetups } from './tenant-setups.service.js';
import { TenantsRepository } from './tenants.repository.js';
import { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const repositories = [
  ApiKeysRepository,
  MembershipsRepository,
  SessionsRepository,
  SigningKeysRepository,
  TenantsRepository,
  UsersRepository,
];
const authentication = [
  AccessTokenAuthenticator,
  AccessTokensService,
  ApiKeyAuthenticator,
  ApiKeyCache,
  SigningKeysService,
];
const useCases = [ApiKeysService, AuthService, PasswordHasher, SessionsService, TenantSetups, UsersService];

@Module({
  imports: [
    AuditModule,
    JwtModule.register({}), // keys and rules are named with each call: there are several keys
    TypeOrmModule.forFeature([ApiKey, Membership, Session, SigningKey, TenantEntity, User]),
  ],
  controllers: [AuthController, ApiKeysController],
  providers: [
    ...repositories,
    ...authentication,
    ...useCases,
    Authenticators,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [ApiKeysService, AuthService, Authenticators, TenantSetups],
})
export class AuthModule {}
