import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Client } from '../../../core/http/client.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { WrongPassword } from '../auth.errors.js';
import type { UserPrincipal } from '../principal.decorator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Throttle } from '../throttling/throttle.service.js';
import { UsersRepository } from '../users.repository.js';
import { PasswordHasher } from './password-hasher.service.js';

export interface PasswordChange {
  current: string;
  next: string;
}

/** Changes passwords, by those who know them. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly throttle: Throttle,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Ends every other session: whoever came in by the old password is out. */
  async change(me: UserPrincipal, { current, next }: PasswordChange, { address }: Client): Promise<void> {
    const attempt = await this.throttle.begin('change_password', { account: me.userId, address });
    const user = await this.users.find(me.userId);
    const isRight = await this.passwords.matches(user?.passwordHash ?? null, current);
    if (user === null || !isRight) throw new WrongPassword();
    await attempt.succeeded();
    if (next === current) throw new ValidationFailed([{ path: 'new_password', message: 'is the current one' }]);
    const hash = await this.passwords.hash(next);
    await this.transactions.run(async (tx) => {
      // Somebody else changed it in between.
      if (!(await this.users.replacePassword(tx, user, hash, this.clock.now()))) throw new WrongPassword();
      const count = await this.sessions.endAllBut(tx, user.id, me.sessionId);
      const subject = { kind: 'user', id: user.id, name: user.username };
      await this.audit.record(tx, me.tenant, { action: 'user.password_changed', subject, report: { sessions: count } });
    });
  }
}
