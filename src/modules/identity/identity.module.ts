import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentitySecrets } from './identity-secrets.js';
import { IdentityController } from './identity.controller.js';
import { Identity } from './identity.entity.js';
import { IdentityService } from './identity.service.js';
import { IdentityState } from './state/identity-state.entity.js';
import { IdentityStatesController } from './state/identity-states.controller.js';
import { IdentityStatesRepository } from './state/identity-states.repository.js';
import { IdentityStatesService } from './state/identity-states.service.js';
import { UpstreamRegistration } from './upstream/upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream/upstream-registrations.repository.js';

const repositories = [IdentitiesRepository, IdentityStatesRepository, UpstreamRegistrationsRepository];

@Module({
  imports: [AuditModule, AuthModule, TypeOrmModule.forFeature([Identity, IdentityState, UpstreamRegistration])],
  controllers: [IdentityController, IdentityStatesController],
  providers: [...repositories, IdentitySecrets, IdentityService, IdentityStatesService],
})
export class IdentityModule {}
