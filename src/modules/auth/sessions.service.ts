import { Injectable } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import { Transactions } from '../../core/database/transactions.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { AccessTokensService, type IssuedToken } from './access-tokens.service.js';
import { BadCredentials, NoTenant } from './auth.errors.js';
import { MembershipsRepository } from './memberships.repository.js';
import { PasswordHasher } from './password-hasher.service.js';
import type { Row } from './row.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

const dayMs = 24 * 60 * 60_000;
/** How long a login lasts before the password is asked for again. */
const sessionLifetimeMs = { usual: dayMs, remembered: 30 * dayMs };

export interface Login {
  /** A username or an e-mail address. */
  name: string;
  password: string;
  remember: boolean;
}

/** Opens and ends sessions. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly memberships: MembershipsRepository,
    private readonly sessions: SessionsRepository,
    private readonly passwords: PasswordHasher,
    private readonly tokens: AccessTokensService,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  async logIn(login: Login): Promise<IssuedToken> {
    const user = await this.authenticate(login);
    const membership = await this.memberships.findFirst(user.id);
    if (membership === null) throw new NoTenant();
    const session = this.newSession(user.id, membership.tenantId, login.remember);
    await this.transactions.run((tx) => this.sessions.insert(tx, session));
    return this.tokens.issue({ userId: user.id, tenantId: membership.tenantId, sessionId: session.id });
  }

  /** Ends a session: its tokens are refused here at once, and by the other processes when they hear of it. */
  async end(tenant: Tenant, sessionId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.sessions.revoke(tx, sessionId, this.clock.now());
      await this.changes.record(tx, tenant, 'session', sessionId);
    });
  }

  private async authenticate(login: Login): Promise<User> {
    const user = await this.users.findByName(login.name);
    const isRight = await this.passwords.matches(user?.passwordHash ?? null, login.password);
    if (user === null || !isRight || !user.isActive) throw new BadCredentials();
    return user;
  }

  private newSession(userId: string, tenantId: string, remember: boolean): Row<Session> {
    const now = this.clock.nowMs();
    const lifetimeMs = remember ? sessionLifetimeMs.remembered : sessionLifetimeMs.usual;
    return {
      id: newId(now),
      userId,
      tenantId,
      createdAt: new Date(now),
      expiresAt: new Date(now + lifetimeMs),
      revokedAt: null,
    };
  }
}
