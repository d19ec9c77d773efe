import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../core/changes/change-cache.js';
import { Changes } from '../../core/changes/changes.js';
import { Clock } from '../../core/time/clock.js';
import { AccessTokensService } from './signing/access-tokens.service.js';
import { Authenticators, type Authenticator } from './authenticators.service.js';
import type { Principal } from './principal.decorator.js';
import { SessionsRepository, type SessionAccess } from './sessions/sessions.repository.js';

const maxSessionsKept = 10_000;

/**
 * Knows users by their access tokens. The token says which session; the session, kept for at most 30 s and dropped when
 * it or its user changes, says what it may do now.
 *
 * passport-jwt is not used: it takes the credential from a request, where the registry has already found it, reads its
 * own clock and does not look at `typ`. The same checks are one call of @nestjs/jwt.
 */
@Injectable()
export class AccessTokenAuthenticator implements Authenticator, OnModuleInit {
  readonly name = 'access token';
  private readonly sessions: ChangeCache<SessionAccess | null>;

  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: AccessTokensService,
    private readonly repository: SessionsRepository,
    private readonly changes: Changes,
    clock: Clock,
  ) {
    this.sessions = new ChangeCache(clock, maxSessionsKept);
  }

  onModuleInit(): void {
    this.authenticators.register(this);
    this.changes.onChange('session', ({ entityId }) => {
      this.sessions.drop(entityId);
    });
    // These carry the user's id; looking for their sessions would cost more than loading them again.
    for (const kind of ['membership', 'user']) {
      this.changes.onChange(kind, () => {
        this.sessions.clear();
      });
    }
  }

  recognises(credential: string): boolean {
    return credential.startsWith('eyJ');
  }

  async authenticate(credential: string): Promise<Principal | null> {
    const claims = await this.tokens.verify(credential);
    if (claims === null) return null;
    const { sessionId } = claims;
    const access = await this.sessions.load(sessionId, () => this.repository.findAccess(sessionId));
    if (access === null || access.userId !== claims.userId || access.tenantId !== claims.tenantId) return null;
    return {
      kind: 'user',
      tenant: { id: access.tenantId },
      userId: access.userId,
      role: access.role,
      superuser: access.isSuperuser,
      sessionId,
    };
  }
}
