import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Client } from '../../../core/http/client.js';
import { Clock } from '../../../core/time/clock.js';
import { BadCredentials, NoTenant } from '../auth.errors.js';
import { MembershipsRepository } from '../memberships.repository.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { Throttle } from '../throttling/throttle.service.js';
import type { User } from '../user.entity.js';
import { UsersRepository } from '../users.repository.js';
import { SessionTokensService, type SessionTokens } from './session-tokens.service.js';
import { SessionsService } from './sessions.service.js';

export interface Login {
  /** A username or an e-mail address. */
  name: string;
  password: string;
  remember: boolean;
}

/** Lets people in by their passwords. */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: UsersRepository,
    private readonly memberships: MembershipsRepository,
    private readonly passwords: PasswordHasher,
    private readonly throttle: Throttle,
    private readonly sessions: SessionsService,
    private readonly tokens: SessionTokensService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async logIn(login: Login, client: Client): Promise<SessionTokens> {
    const attempt = await this.throttle.begin('login', { account: login.name, address: client.address });
    const user = await this.authenticate(login);
    await attempt.succeeded();
    const membership = await this.memberships.findFirst(user.id);
    if (membership === null) throw new NoTenant();
    const opened = await this.transactions.run(async (tx) => {
      // While the password was checked, it may have been changed and all sessions ended.
      if (!(await this.users.lockActive(tx, user.id, user.passwordHash))) throw new BadCredentials();
      return this.sessions.open(tx, {
        userId: user.id,
        tenantId: membership.tenantId,
        remembered: login.remember,
        authenticatedAt: this.clock.now(),
        endsBy: null,
        client,
      });
    });
    return this.tokens.issue(opened);
  }

  private async authenticate(login: Login): Promise<User> {
    const user = await this.users.findByName(login.name);
    const isRight = await this.passwords.matches(user?.passwordHash ?? null, login.password);
    if (user === null || !isRight || !user.isActive) throw new BadCredentials();
    return user;
  }
}
