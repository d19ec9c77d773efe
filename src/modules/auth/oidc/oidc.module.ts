import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth.module.js';
import { OidcIdentitiesRepository } from './oidc-identities.repository.js';
import { OidcIdentity } from './oidc-identity.entity.js';
import { OidcSessionsRepository } from './oidc-sessions.repository.js';
import { OidcSessionsService } from './oidc-sessions.service.js';
import { OidcTokens } from './oidc-tokens.service.js';
import { OidcUserAuthenticator } from './oidc-user.authenticator.js';
import { OidcUsersService } from './oidc-users.service.js';

/** Access tokens of an issuer that the operator trusts, beside our own. */
@Module({
  imports: [AuthModule, AuditModule, TypeOrmModule.forFeature([OidcIdentity])],
  providers: [
    ...[OidcIdentitiesRepository, OidcSessionsRepository],
    ...[OidcSessionsService, OidcTokens, OidcUserAuthenticator, OidcUsersService],
  ],
  exports: [OidcTokens],
})
export class OidcModule {}
