import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { UserNotFound } from '../auth.errors.js';
import { NewAccounts, type NewAccount } from '../new-accounts.service.js';
import type { Role, UserPrincipal } from '../principal.decorator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersRepository } from '../users.repository.js';
import { AccountsRepository, type Account } from './accounts.repository.js';
import type { ListUsersQuery } from './dto/list-users.query.js';
import { OwnAccount } from './own-account.error.js';

/** Users, for those who look after them: a tenant's admins see its members, a superuser sees everybody. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly users: UsersRepository,
    private readonly newAccounts: NewAccounts,
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  list(me: UserPrincipal, query: ListUsersQuery): Promise<{ rows: Account[]; total: number }> {
    return this.accounts.list(horizonOf(me), query);
  }

  async get(me: UserPrincipal, id: string): Promise<Account> {
    const account = await this.accounts.find(horizonOf(me), id);
    if (account === null) throw new UserNotFound();
    return account;
  }

  /** A user who is a member of this tenant from the beginning, and has none of their own. */
  async create({ tenant }: UserPrincipal, request: NewAccount & { role: Role }): Promise<Account> {
    const user = await this.newAccounts.userOf(request);
    await this.transactions.run(async (tx) => {
      await this.users.insert(tx, user);
      await this.newAccounts.admit(tx, tenant, user.id, request.role);
      const subject = { kind: 'user', id: user.id, name: user.username };
      await this.audit.record(tx, tenant, {
        action: 'user.created',
        subject,
        after: user,
        report: { role: request.role },
      });
    });
    return user;
  }

  /** Deactivated users are out at once, in every tenant. */
  async setActive(me: UserPrincipal, id: string, isActive: boolean): Promise<Account> {
    if (id === me.userId && !isActive) throw new OwnAccount();
    const { username } = await this.get(me, id);
    await this.transactions.run(async (tx) => {
      if (!(await this.accounts.setActive(tx, id, isActive, this.clock.now()))) return;
      const sessions = isActive ? 0 : await this.sessions.endAllBut(tx, id);
      await this.changes.record(tx, me.tenant, 'user', id);
      await this.audit.record(tx, me.tenant, {
        action: isActive ? 'user.activated' : 'user.deactivated',
        subject: { kind: 'user', id, name: username },
        before: { isActive: !isActive },
        after: { isActive },
        report: { sessions },
      });
    });
    return this.get(me, id);
  }
}

/** Null for who sees beyond every tenant. */
function horizonOf(me: UserPrincipal): Tenant | null {
  return me.superuser ? null : me.tenant;
}
