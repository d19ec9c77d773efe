import { Injectable } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import type { Tx } from '../../core/database/tx.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import type { Membership } from './membership.entity.js';
import { MembershipsRepository } from './memberships.repository.js';
import { PasswordHasher } from './passwords/password-hasher.service.js';
import type { Role } from './principal.decorator.js';
import type { Row } from './row.js';
import type { User } from './user.entity.js';

/** An account as somebody asked for it, its fields checked and normalised already. */
export interface NewAccount {
  email: string;
  username: string;
  password: string;
}

/** Makes users of accounts and members of users, whoever asks for it: by registration, invitation or an admin's hand. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly passwords: PasswordHasher,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Not stored yet. Hashing takes long: never within a transaction. */
  async userOf(account: NewAccount, { isSuperuser } = { isSuperuser: false }): Promise<Row<User>> {
    const now = this.clock.now();
    return {
      id: newId(now.getTime()),
      email: account.email,
      username: account.username,
      passwordHash: await this.passwords.hash(account.password),
      isActive: true,
      isSuperuser,
      createdAt: now,
      updatedAt: now,
    };
  }

  async admit(tx: Tx, tenant: Tenant, userId: string, role: Role): Promise<Row<Membership>> {
    const membership: Row<Membership> = { tenantId: tenant.id, userId, role, createdAt: this.clock.now() };
    await this.memberships.insert(tx, membership);
    await this.changes.record(tx, tenant, 'membership', userId);
    return membership;
  }
}
