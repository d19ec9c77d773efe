import { Injectable, Logger } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Client } from '../../../core/http/client.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { InvalidRefreshToken } from '../auth.errors.js';
import { Throttle } from '../throttling/throttle.service.js';
import type { Row } from '../row.js';
import { parseRefreshToken, type PresentedToken, type RefreshState } from './refresh-token.rules.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { endOfSession } from './session-lifetime.rules.js';
import type { Session } from './session.entity.js';
import { SessionTokensService, type SessionTokens } from './session-tokens.service.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService, type OpenedSession } from './sessions.service.js';

/**
 * Exchanges a refresh token for its successor. Each is good once: one that comes back later was copied, and nobody can
 * tell the thief from the owner, so the session ends for both.
 */
@Injectable()
export class SessionRefreshService {
  private readonly logger = new Logger(SessionRefreshService.name);

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly endings: SessionsService,
    private readonly refreshTokens: RefreshTokens,
    private readonly tokens: SessionTokensService,
    private readonly throttle: Throttle,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async refresh(text: string, { address }: Client): Promise<SessionTokens> {
    await this.throttle.assertOpen('refresh', { address });
    const token = parseRefreshToken(text);
    const refreshed = token === null ? null : await this.transactions.run((tx) => this.exchange(tx, token));
    if (refreshed === null) {
      await this.throttle.begin('refresh', { address });
      throw new InvalidRefreshToken();
    }
    return this.tokens.issue(refreshed);
  }

  /** Null when the token is good for nothing; that must be committed and not thrown, for it may have ended the session. */
  private async exchange(tx: Tx, token: PresentedToken): Promise<OpenedSession | null> {
    const now = this.clock.now();
    const session = await this.sessions.lockLiving(tx, token.sessionId, now);
    const state = session === null ? null : refreshStateOf(session);
    if (session === null || state === null || !(await this.sessions.isAllowed(tx, session))) return null;
    switch (this.refreshTokens.judge(token, state, now)) {
      case 'rotate':
        return this.rotate(tx, session, state, now);
      case 'repeat':
        return this.repeat(session, state);
      case 'reused':
        await this.endReused(tx, session);
        return null;
      case 'unknown':
        return null;
    }
  }

  private async rotate(tx: Tx, session: Row<Session>, state: RefreshState, now: Date): Promise<OpenedSession> {
    const { text, refreshHash } = this.refreshTokens.next(state);
    const refreshed = {
      ...session,
      refreshHash,
      refreshGeneration: state.refreshGeneration + 1,
      refreshedAt: now,
      expiresAt: endOfSession(session, now),
    };
    await this.sessions.saveRefresh(tx, refreshed);
    return { session: refreshed, refreshToken: text };
  }

  private repeat(session: Row<Session>, state: RefreshState): OpenedSession | null {
    const refreshToken = this.refreshTokens.again(state);
    return refreshToken === null ? null : { session, refreshToken };
  }

  private async endReused(tx: Tx, session: Row<Session>): Promise<void> {
    const { id, tenantId, userId } = session;
    await this.endings.endOne(tx, userId, id);
    await this.audit.record(
      tx,
      { id: tenantId },
      {
        action: 'session.ended',
        subject: { kind: 'session', id, name: null },
        report: { reason: 'refresh_token_reused', user_id: userId },
      },
    );
    this.logger.warn(
      { session_id: id, user_id: userId },
      'a refresh token came back that was replaced before: the session is ended, for it may have been stolen',
    );
  }
}

/** Null for a session of a version that knew no refresh tokens. */
function refreshStateOf({ refreshSalt, refreshHash, ...session }: Row<Session>): RefreshState | null {
  return refreshSalt === null || refreshHash === null ? null : { ...session, refreshSalt, refreshHash };
}
