import { Injectable } from '@nestjs/common';
import { HotPool } from '../../core/database/hot-pool.js';
import type { Tx } from '../../core/database/tx.js';
import type { Role } from './principal.decorator.js';
import type { Row } from './row.js';
import { Session } from './session.entity.js';

/** What a living session allows now, whatever its tokens were made for. */
export interface SessionAccess {
  userId: string;
  tenantId: string;
  role: Role;
  isSuperuser: boolean;
}

/** All queries on sessions. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly hotPool: HotPool) {}

  async insert(tx: Tx, session: Row<Session>): Promise<void> {
    await tx.manager.insert(Session, session);
  }

  async revoke(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL', [id, now]);
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
}
