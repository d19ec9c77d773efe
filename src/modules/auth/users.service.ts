import { Injectable } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { AuditService } from './audit/audit.service.js';
import { UserNotFound } from './auth.errors.js';
import type { Row } from './row.js';
import type { User } from './user.entity.js';
import { UsersRepository, type UserChanges } from './users.repository.js';

/** Shows users and changes what they may say of themselves. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async get(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (user === null) throw new UserNotFound();
    return user;
  }

  /** `tenant` is where they do it; the user is the same everywhere. */
  async change(tenant: Tenant, id: string, changes: UserChanges): Promise<User> {
    const user: Row<User> = await this.get(id);
    if (Object.keys(changes).length > 0) {
      await this.transactions.run(async (tx) => {
        await this.users.change(tx, id, changes, this.clock.now());
        await this.changes.record(tx, tenant, 'user', id);
        const subject = { kind: 'user', id, name: changes.username ?? user.username };
        const change = { before: user, after: { ...user, ...changes } };
        await this.audit.record(tx, tenant, { action: 'user.updated', subject, ...change });
      });
    }
    return this.get(id);
  }
}
