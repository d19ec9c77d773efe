import { Injectable } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { UserNotFound } from './auth.errors.js';
import type { User } from './user.entity.js';
import { UsersRepository, type UserChanges } from './users.repository.js';

/** Shows users and changes what they may say of themselves. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  async get(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (user === null) throw new UserNotFound();
    return user;
  }

  /** `tenant` is where they do it; the user is the same everywhere. */
  async change(tenant: Tenant, id: string, changes: UserChanges): Promise<User> {
    if (Object.keys(changes).length > 0) {
      await this.transactions.run(async (tx) => {
        await this.users.change(tx, id, changes, this.clock.now());
        await this.changes.record(tx, tenant, 'user', id);
      });
    }
    return this.get(id);
  }
}
