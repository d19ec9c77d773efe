import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AuditService } from '../audit/audit.service.js';
import { InvitationsRepository } from '../invitations/invitations.repository.js';
import type { Role } from '../principal.decorator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersRepository } from '../users.repository.js';
import type { ListMembersQuery } from './dto/list-members.query.js';
import { LastAdmin, MemberNotFound } from './member.errors.js';
import { MembersRepository, type Member } from './members.repository.js';

/** Says who is in a tenant, as what, and until when. What it takes away is gone at once, in every process within a second. */
@Injectable()
export class MembersService {
  constructor(
    private readonly members: MembersRepository,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly invitations: InvitationsRepository,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
  ) {}

  list(tenant: Tenant, query: ListMembersQuery): Promise<{ rows: Member[]; total: number }> {
    return this.members.list(tenant, query);
  }

  async get(tenant: Tenant, userId: string): Promise<Member> {
    return found(await this.members.find(tenant, userId));
  }

  async changeRole(tenant: Tenant, userId: string, role: Role): Promise<Member> {
    await this.transactions.run(async (tx) => {
      const { member, adminIds } = await this.members.lock(tx, tenant, userId);
      const before = found(member);
      if (before.role === role) return;
      if (role !== 'admin') await this.endAdmin(tx, tenant, before, adminIds);
      await this.members.changeRole(tx, tenant, userId, role);
      await this.changes.record(tx, tenant, 'membership', userId);
      const change = { before: { role: before.role }, after: { role } };
      await this.audit.record(tx, tenant, { action: 'member.updated', subject: subjectOf(before), ...change });
    });
    return this.get(tenant, userId);
  }

  /** Their sessions of this tenant end; those of their other tenants go on. */
  async remove(tenant: Tenant, userId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.users.lock(tx, userId);
      const { member, adminIds } = await this.members.lock(tx, tenant, userId);
      const before = found(member);
      await this.endAdmin(tx, tenant, before, adminIds);
      await this.members.remove(tx, tenant, userId);
      const sessions = await this.sessions.endIn(tx, tenant, userId);
      await this.changes.record(tx, tenant, 'membership', userId);
      const entry = { action: 'member.removed', subject: subjectOf(before), before: { role: before.role } };
      await this.audit.record(tx, tenant, { ...entry, report: { sessions } });
    });
  }

  /** The links they have made must not let them, or a friend of theirs, back in. */
  private async endAdmin(tx: Tx, tenant: Tenant, { userId }: Member, adminIds: readonly string[]): Promise<void> {
    if (adminIds.length === 1 && adminIds[0] === userId) throw new LastAdmin();
    await this.invitations.revokeOf(tx, tenant, userId);
  }
}

function subjectOf({ userId, username }: Member) {
  return { kind: 'member', id: userId, name: username };
}

function found(member: Member | null): Member {
  if (member === null) throw new MemberNotFound();
  return member;
}
