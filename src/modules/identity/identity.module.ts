import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentitySecrets } from './identity-secrets.js';
import { IdentityController } from './identity.controller.js';
import { Identity } from './identity.entity.js';
import { IdentityService } from './identity.service.js';
import { IdentityState } from './state/identity-state.entity.js';
import { IdentityStatesController } from './state/identity-states.controller.js';
import { IdentityStatesRepository } from './state/identity-states.repository.js';
import { IdentityStatesService } from './state/identity-states.service.js';
import { OwnRegistration } from './upstream/own-registration.js';
import { UpstreamClient } from './upstream/upstream-client.js';
import { UpstreamLinkHandler } from './upstream/upstream-link.handler.js';
import { UpstreamProgress } from './upstream/upstream-progress.js';
import { UpstreamRegistration } from './upstream/upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream/upstream-registrations.repository.js';
import { UpstreamRegistrationsService } from './upstream/upstream-registrations.service.js';
import { UpstreamSteps } from './upstream/upstream-steps.js';
import { UpstreamSync } from './upstream/upstream-sync.js';

const repositories = [IdentitiesRepository, IdentityStatesRepository, UpstreamRegistrationsRepository];
const upstream = [
  ...[OwnRegistration, UpstreamClient, UpstreamLinkHandler],
  ...[UpstreamProgress, UpstreamRegistrationsService, UpstreamSteps, UpstreamSync],
];

@Module({
  imports: [
    AuditModule,
    AuthModule,
    ProvisioningModule,
    TypeOrmModule.forFeature([Identity, IdentityState, UpstreamRegistration]),
  ],
  controllers: [IdentityController, IdentityStatesController],
  providers: [...repositories, ...upstream, IdentitySecrets, IdentityService, IdentityStatesService],
})
export class IdentityModule {}
