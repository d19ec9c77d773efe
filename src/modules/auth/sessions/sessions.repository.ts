import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Role } from '../principal.decorator.js';
import type { Row } from '../row.js';
import { Session } from './session.entity.js';

/** What a living session allows now, whatever its tokens were made for. */
export interface SessionAccess {
  userId: string;
  tenantId: string;
  role: Role;
  isSuperuser: boolean;
}

/** A session that was ended, in whose tenant its caches are told. */
export interface EndedSession {
  id: string;
  tenantId: string;
}

export interface SessionFilter {
  skip: number;
  limit: number;
}

const columns = `id, user_id AS "userId", tenant_id AS "tenantId", remembered, authenticated_at AS "authenticatedAt",
  refreshed_at AS "refreshedAt", refresh_generation AS "refreshGeneration", refresh_salt AS "refreshSalt",
  refresh_hash AS "refreshHash", oidc_key AS "oidcKey", ends_by AS "endsBy", address, user_agent AS "userAgent", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

/** All queries on sessions. They belong to users, who may look at those of all their tenants. */
@Injectable()
export class SessionsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hotPool: HotPool,
  ) {}

  async insert(tx: Tx, session: Row<Session>): Promise<void> {
    await tx.manager.insert(Session, session);
  }

  /** Newest first. */
  async listLiving(
    userId: string,
    now: Date,
    { skip, limit }: SessionFilter,
  ): Promise<{ rows: Session[]; total: number }> {
    const where = new Conditions()
      .and(userId, (p) => `user_id = ${p}`)
      .and(now, (p) => `expires_at > ${p}`)
      .andThat('revoked_at IS NULL');
    return pageOfRows((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'sessions',
      where,
      orderBy: 'id DESC',
      skip,
      limit,
    });
  }

  async findLiving(userId: string, id: string, now: Date): Promise<Session | null> {
    const [row] = await this.dataSource.query<Session[]>(
      `SELECT ${columns} FROM sessions WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3`,
      [id, userId, now],
    );
    return row ?? null;
  }

  /** Locked: else a refresh that is slow would take back what a faster one, begun after it, has made of the session. */
  async lockLiving(tx: Tx, id: string, now: Date): Promise<Row<Session> | null> {
    const [row] = await tx.query<Row<Session>>(
      `SELECT ${columns} FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2 FOR UPDATE`,
      [id, now],
    );
    return row ?? null;
  }

  /** Whether its user is active and still a member of its tenant. */
  async isAllowed(tx: Tx, { userId, tenantId }: Pick<Session, 'userId' | 'tenantId'>): Promise<boolean> {
    const rows = await tx.query(
      `SELECT u.id FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.id = $1 AND u.is_active AND m.tenant_id = $2`,
      [userId, tenantId],
    );
    return rows.length === 1;
  }

  async saveRefresh(
    tx: Tx,
    { id, refreshGeneration, refreshHash, refreshedAt, expiresAt }: Row<Session>,
  ): Promise<void> {
    await tx.query(
      `UPDATE sessions SET refresh_generation = $2, refresh_hash = $3, refreshed_at = $4, expires_at = $5 WHERE id = $1`,
      [id, refreshGeneration, refreshHash, refreshedAt, expiresAt],
    );
  }

  /** Those of the user that lived: one of them when `which` names it, all but one, those in one tenant, or all. */
  async revoke(
    tx: Tx,
    userId: string,
    now: Date,
    which: { only?: string; except?: string; tenantId?: string } = {},
  ): Promise<EndedSession[]> {
    return tx.query<EndedSession>(
      `UPDATE sessions SET revoked_at = $2
       WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
         AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id <> $4)
         AND ($5::uuid IS NULL OR tenant_id = $5)
       RETURNING id, tenant_id AS "tenantId"`,
      [userId, now, which.only ?? null, which.except ?? null, which.tenantId ?? null],
    );
  }

  /** Null when the session is revoked, its user inactive or its user no longer a member of its tenant. */
  async findAccess(id: string): Promise<SessionAccess | null> {
    const [row] = await this.hotPool.named<{ user_id: string; tenant_id: string; role: Role; is_superuser: boolean }>(
      'auth-session-access',
      `SELECT s.user_id, s.tenant_id, m.role, u.is_superuser
       FROM sessions s
       JOIN users u ON u.id = s.user_id AND u.is_active
       JOIN memberships m ON m.user_id = s.user_id AND m.tenant_id = s.tenant_id
       WHERE s.id = $1 AND s.revoked_at IS NULL`,
      [id],
    );
    if (row === undefined) return null;
    return { userId: row.user_id, tenantId: row.tenant_id, role: row.role, isSuperuser: row.is_superuser };
  }

  /**
   * Those that ended before; those of issuers, of which a service may make one with each call, as soon as their time is over,
   * but when they were ended here: tokens of the same login may come for a while yet.
   */
  async purge(before: Date, now: Date): Promise<void> {
    await this.hotPool.query(
      `DELETE FROM sessions
       WHERE expires_at < $1 OR (expires_at < $2 AND oidc_key IS NOT NULL AND revoked_at IS NULL)`,
      [before, now],
    );
  }
}
