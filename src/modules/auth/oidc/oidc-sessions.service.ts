import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../../core/changes/change-cache.js';
import { Changes } from '../../../core/changes/changes.js';
import { Settings } from '../../../core/config/settings.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { currentOrigin } from '../../../core/origin/origin.js';
import { Clock } from '../../../core/time/clock.js';
import type { OidcPerson } from './oidc-claims.rules.js';
import type { OidcAccess } from './oidc-identities.repository.js';
import { OidcSessionsRepository, type OidcSession } from './oidc-sessions.repository.js';

const maxSessionsKept = 10_000;

/**
 * The sessions of people who have logged in at an OIDC issuer: one row for each login in each tenant, made when its first
 * token is seen, written again only when a token is good for longer. So a logout here refuses what the issuer still calls good.
 */
@Injectable()
export class OidcSessionsService implements OnModuleInit {
  private readonly sessions: ChangeCache<OidcSession>;
  private readonly skewMs: number;

  constructor(
    private readonly repository: OidcSessionsRepository,
    private readonly changes: Changes,
    private readonly clock: Clock,
    { oidc }: Settings,
  ) {
    this.sessions = new ChangeCache(clock, maxSessionsKept);
    this.skewMs = (oidc?.clockSkewSeconds ?? 0) * 1_000;
  }

  onModuleInit(): void {
    // It carries the id of the row, and these are kept by what tokens say; logouts are seldom.
    this.changes.onChange('session', () => {
      this.sessions.clear();
    });
  }

  /** The id of the session; null when it was ended here. */
  async findLiving(person: OidcPerson, access: Pick<OidcAccess, 'userId' | 'tenantId'>): Promise<string | null> {
    const key = JSON.stringify([person.issuer, person.subject, access.tenantId, person.login.mark]);
    const expiresAt = new Date(person.expiresAt.getTime() + this.skewMs);
    const kept = this.sessions.peek(key);
    if (kept !== undefined && kept.expiresAt < expiresAt) this.sessions.drop(key);
    const session = await this.sessions.load(key, () => this.see(key, { person, access, expiresAt }));
    return session.isEnded ? null : session.id;
  }

  private async see(
    key: string,
    seen: { person: OidcPerson; access: Pick<OidcAccess, 'userId' | 'tenantId'>; expiresAt: Date },
  ): Promise<OidcSession> {
    const oidcKey = createHash('sha256').update(key).digest();
    const known = await this.repository.find(oidcKey);
    if (known !== null && known.expiresAt >= seen.expiresAt) return known;
    const origin = currentOrigin();
    const now = this.clock.now();
    return this.repository.save({
      id: newId(now.getTime()),
      userId: seen.access.userId,
      tenantId: seen.access.tenantId,
      oidcKey,
      authenticatedAt: seen.person.login.at,
      refreshedAt: now,
      expiresAt: seen.expiresAt,
      address: origin?.kind === 'request' ? origin.address : null,
      userAgent: origin?.kind === 'request' ? (origin.userAgent ?? null) : null,
    });
  }
}
