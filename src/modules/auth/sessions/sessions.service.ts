import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Client } from '../../../core/http/client.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { InvalidCredentials, SessionNotFound, TenantNotFound } from '../auth.errors.js';
import { MembershipsRepository } from '../memberships.repository.js';
import type { UserPrincipal } from '../principal.decorator.js';
import type { Row } from '../row.js';
import { UsersRepository } from '../users.repository.js';
import { endOfSession } from './session-lifetime.rules.js';
import type { Session } from './session.entity.js';
import { SessionTokensService, type SessionTokens } from './session-tokens.service.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { SessionsRepository, type EndedSession, type SessionFilter } from './sessions.repository.js';

/** What a session is opened with. */
export interface Opening {
  userId: string;
  tenantId: string;
  remembered: boolean;
  authenticatedAt: Date;
  /** When it ends at the latest; null where nobody but us says so. */
  endsBy: Date | null;
  client: Client;
}

/** A session that is being opened, and the text of its refresh token, which is kept nowhere. */
export interface OpenedSession {
  session: Row<Session>;
  refreshToken: string;
}

const purgeEveryMs = 3_600_000;
/** Ended ones are kept for a while, for whoever looks into what happened. */
const keptAfterEndMs = 7 * 24 * 3_600_000;

/** Opens, lists and ends sessions. */
@Injectable()
export class SessionsService implements OnModuleInit {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly memberships: MembershipsRepository,
    private readonly refreshTokens: RefreshTokens,
    private readonly tokens: SessionTokensService,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly maintenance: Maintenance,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'sessions', everyMs: purgeEveryMs, run: () => this.purge() });
  }

  async list(userId: string, filter: SessionFilter): Promise<{ rows: Session[]; total: number }> {
    return this.sessions.listLiving(userId, this.clock.now(), filter);
  }

  async get(userId: string, id: string): Promise<Session> {
    const session = await this.sessions.findLiving(userId, id, this.clock.now());
    if (session === null) throw new SessionNotFound();
    return session;
  }

  /**
   * The caller must hold the user's row by UsersRepository.lockActive: else a session that is opened just now would
   * outlive the end of all.
   */
  async open(tx: Tx, { client, ...opening }: Opening): Promise<OpenedSession> {
    const now = this.clock.now();
    const id = newId(now.getTime());
    const { text, refreshHash, refreshSalt } = this.refreshTokens.first(id);
    const session: Row<Session> = {
      id,
      ...opening,
      refreshSalt,
      refreshHash,
      refreshGeneration: 0,
      refreshedAt: now,
      oidcKey: null,
      address: client.address,
      userAgent: client.userAgent,
      createdAt: now,
      expiresAt: endOfSession(opening, now),
      revokedAt: null,
    };
    await this.sessions.insert(tx, session);
    return { session, refreshToken: text };
  }

  /** A session of its own in another tenant of the user's, beside this one: two tabs may look at two tenants. */
  async switchTenant(me: UserPrincipal, tenantId: string, client: Client): Promise<SessionTokens> {
    const opened = await this.transactions.run(async (tx) => {
      if (!(await this.users.lockActive(tx, me.userId))) throw new InvalidCredentials();
      const from = await this.sessions.lockLiving(tx, me.sessionId, this.clock.now());
      if (from === null) throw new InvalidCredentials();
      if (!(await this.memberships.isMember(tx, me.userId, tenantId))) throw new TenantNotFound();
      const { remembered, authenticatedAt, endsBy } = from;
      return this.open(tx, { userId: me.userId, tenantId, remembered, authenticatedAt, endsBy, client });
    });
    return this.tokens.issue(opened);
  }

  /** Its tokens are refused here at once, and by the other processes when they hear of it, within a second. */
  async end({ tenant, userId }: UserPrincipal, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.endOne(tx, userId, id))) throw new SessionNotFound();
      await this.audit.record(tx, tenant, { action: 'session.ended', subject: { kind: 'session', id, name: null } });
    });
  }

  /** Two requests to leave may come at once: the second finds nothing to do. */
  async leave({ userId, sessionId }: UserPrincipal): Promise<void> {
    await this.transactions.run((tx) => this.endOne(tx, userId, sessionId));
  }

  /** Whether it still lived. */
  async endOne(tx: Tx, userId: string, id: string): Promise<boolean> {
    const ended = await this.sessions.revoke(tx, userId, this.clock.now(), { only: id });
    await this.tell(tx, ended);
    return ended.length > 0;
  }

  async endAll({ tenant, userId }: UserPrincipal): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.users.lock(tx, userId);
      const count = await this.endAllBut(tx, userId);
      const subject = { kind: 'user', id: userId, name: null };
      await this.audit.record(tx, tenant, { action: 'user.sessions_ended', subject, report: { count } });
    });
  }

  /** How many. The caller must hold the user's row by UsersRepository.lock, or have changed it. */
  async endAllBut(tx: Tx, userId: string, except?: string): Promise<number> {
    const which = except === undefined ? {} : { except };
    const ended = await this.sessions.revoke(tx, userId, this.clock.now(), which);
    await this.tell(tx, ended);
    return ended.length;
  }

  /** Those in one tenant, whose member the user is no longer. The caller must hold the user's row by UsersRepository.lock. */
  async endIn(tx: Tx, tenant: Tenant, userId: string): Promise<number> {
    const ended = await this.sessions.revoke(tx, userId, this.clock.now(), { tenantId: tenant.id });
    await this.tell(tx, ended);
    return ended.length;
  }

  private async tell(tx: Tx, ended: readonly EndedSession[]): Promise<void> {
    for (const { id, tenantId } of ended) await this.changes.record(tx, { id: tenantId }, 'session', id);
  }

  private async purge(): Promise<void> {
    const now = this.clock.now();
    await this.sessions.purge(new Date(now.getTime() - keptAfterEndMs), now);
  }
}
