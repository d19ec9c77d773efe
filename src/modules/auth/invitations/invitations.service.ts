import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Transactions } from '../../../core/database/transactions.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { AlreadyMember } from '../members/member.errors.js';
import type { Role, UserPrincipal } from '../principal.decorator.js';
import type { Row } from '../row.js';
import type { Invitation } from './invitation.entity.js';
import { InvitationNotFound, InvitationNotOpen } from './invitation.errors.js';
import { invitationLifetimeMs, newInvitationToken } from './invitation.rules.js';
import { InvitationsRepository } from './invitations.repository.js';
import type { ListInvitationsQuery } from './dto/list-invitations.query.js';

/** Invites people into a tenant by links, and takes links back. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  list(tenant: Tenant, query: ListInvitationsQuery): Promise<{ rows: Row<Invitation>[]; total: number }> {
    return this.invitations.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<Row<Invitation>> {
    const invitation = await this.invitations.find(tenant, id);
    if (invitation === null) throw new InvitationNotFound();
    return invitation;
  }

  /** The token is answered here and nowhere again; an older link for the same address stops working. */
  async invite(
    { tenant, userId }: UserPrincipal,
    { email, role }: { email: string; role: Role },
  ): Promise<{ invitation: Row<Invitation>; token: string }> {
    if (await this.invitations.isMember(this.dataSource, tenant, email)) throw new AlreadyMember();
    const now = this.clock.now();
    const id = newId(now.getTime());
    const { token, secretHash } = newInvitationToken(id);
    const invitation: Row<Invitation> = {
      ...{ id, tenantId: tenant.id, email, role, secretHash },
      invitedBy: userId,
      acceptedBy: null,
      createdAt: now,
      expiresAt: new Date(now.getTime() + invitationLifetimeMs),
      acceptedAt: null,
      revokedAt: null,
    };
    await this.transactions.run(async (tx) => {
      const replaced = await this.invitations.revokeFor(tx, tenant, email);
      await this.invitations.insert(tx, invitation);
      const subject = { kind: 'invitation', id, name: email };
      const entry = { action: 'invitation.created', subject, after: { email, role, expiresAt: invitation.expiresAt } };
      await this.audit.record(tx, tenant, { ...entry, ...(replaced === 0 ? {} : { report: { replaced } }) });
    });
    return { invitation, token };
  }

  async revoke(tenant: Tenant, id: string): Promise<void> {
    const { email } = await this.get(tenant, id);
    await this.transactions.run(async (tx) => {
      if (!(await this.invitations.revoke(tx, tenant, id))) throw new InvitationNotOpen();
      const subject = { kind: 'invitation', id, name: email };
      await this.audit.record(tx, tenant, { action: 'invitation.revoked', subject });
    });
  }
}
