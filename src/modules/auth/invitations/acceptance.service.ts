import { Injectable } from '@nestjs/common';
import { verifySecretHash } from '../../../core/crypto/secret-hash.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Client } from '../../../core/http/client.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { AlreadyMember } from '../members/member.errors.js';
import type { Membership } from '../membership.entity.js';
import { MembershipsRepository } from '../memberships.repository.js';
import { NewAccounts, type NewAccount } from '../new-accounts.service.js';
import type { UserPrincipal } from '../principal.decorator.js';
import type { Row } from '../row.js';
import { Throttle } from '../throttling/throttle.service.js';
import type { User } from '../user.entity.js';
import { UsersRepository } from '../users.repository.js';
import type { Invitation } from './invitation.entity.js';
import { InvitationInvalid } from './invitation.errors.js';
import { parseInvitationToken, statusOf } from './invitation.rules.js';
import { InvitationsRepository } from './invitations.repository.js';

/**
 * Lets people in by their links: who is logged in becomes a member, who is not says what the new account is to be. The
 * link is what counts, once; that its bearer reads the address it was sent to cannot be known here.
 */
@Injectable()
export class Acceptance {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersRepository,
    private readonly newAccounts: NewAccounts,
    private readonly throttle: Throttle,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async join(token: string, me: UserPrincipal): Promise<Row<Membership>> {
    const invitation = await this.judge(token);
    return this.transactions.run(async (tx) => {
      if (!(await this.users.lockActive(tx, me.userId))) throw new InvitationInvalid();
      if (await this.memberships.isMember(tx, me.userId, invitation.tenantId)) throw new AlreadyMember();
      return this.accept(tx, invitation, me.userId, { new_account: false });
    });
  }

  /** The account's address is the one that was invited. */
  async register(token: string, account: Omit<NewAccount, 'email'>, { address }: Client): Promise<Row<Membership>> {
    const invitation = await this.judge(token);
    // One link may be tried with many names, and each costs a hash.
    await this.throttle.begin('register', { address });
    const user: Row<User> = await this.newAccounts.userOf({ ...account, email: invitation.email });
    return this.transactions.run(async (tx) => {
      await this.users.insert(tx, user);
      return this.accept(tx, invitation, user.id, { new_account: true });
    });
  }

  private async judge(token: string): Promise<Row<Invitation>> {
    const parsed = parseInvitationToken(token);
    const invitation = parsed === null ? null : await this.invitations.findByToken(parsed.id);
    if (parsed === null || invitation === null) throw new InvitationInvalid();
    if (!verifySecretHash(parsed.secret, invitation.secretHash)) throw new InvitationInvalid();
    if (statusOf(invitation, this.clock.now()) !== 'open') throw new InvitationInvalid();
    return invitation;
  }

  private async accept(
    tx: Tx,
    { id, tenantId, email, role }: Row<Invitation>,
    userId: string,
    report: { new_account: boolean },
  ): Promise<Row<Membership>> {
    // Somebody else may have been quicker with the same link.
    if (!(await this.invitations.accept(tx, id, userId))) throw new InvitationInvalid();
    const tenant = { id: tenantId };
    const membership = await this.newAccounts.admit(tx, tenant, userId, role);
    await this.audit.record(tx, tenant, {
      action: 'invitation.accepted',
      subject: { kind: 'invitation', id, name: email },
      actor: { kind: 'user', id: userId },
      report: { ...report, user_id: userId, role },
    });
    return membership;
  }
}
