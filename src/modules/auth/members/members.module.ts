import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth.module.js';
import { Acceptance } from '../invitations/acceptance.service.js';
import { AcceptanceController } from '../invitations/acceptance.controller.js';
import { Invitation } from '../invitations/invitation.entity.js';
import { InvitationsController } from '../invitations/invitations.controller.js';
import { InvitationsRepository } from '../invitations/invitations.repository.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { AccountsRepository } from '../users/accounts.repository.js';
import { AccountsService } from '../users/accounts.service.js';
import { UsersController } from '../users/users.controller.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';

/** Who is in a tenant, and how they come in and go. */
@Module({
  imports: [AuditModule, AuthModule, TypeOrmModule.forFeature([Invitation])],
  controllers: [AcceptanceController, InvitationsController, MembersController, UsersController],
  providers: [
    ...[Acceptance, InvitationsService, InvitationsRepository],
    ...[MembersService, MembersRepository],
    ...[AccountsService, AccountsRepository],
  ],
})
export class MembersModule {}
