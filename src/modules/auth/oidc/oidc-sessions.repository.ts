import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Row } from '../row.js';
import type { Session } from '../sessions/session.entity.js';

/** What is known here of a login at an issuer. */
export interface OidcSession {
  id: string;
  expiresAt: Date;
  /** By a logout here; tokens of the same login are refused from then on. */
  isEnded: boolean;
}

/** What is written of a login when it is first seen, or seen again with a token that is good for longer. */
export type SeenLogin = Pick<
  Row<Session>,
  'id' | 'userId' | 'tenantId' | 'authenticatedAt' | 'refreshedAt' | 'expiresAt' | 'address' | 'userAgent'
> & { oidcKey: Buffer };

const columns = `id, expires_at AS "expiresAt", revoked_at IS NOT NULL AS "isEnded"`;

/** All queries on sessions by what tokens of an OIDC issuer call them. */
@Injectable()
export class OidcSessionsRepository {
  constructor(private readonly hotPool: HotPool) {}

  async find(key: Buffer): Promise<OidcSession | null> {
    const [session] = await this.hotPool.named<OidcSession>(
      'auth-oidc-session',
      `SELECT ${columns} FROM sessions WHERE oidc_key = $1`,
      [key],
    );
    return session ?? null;
  }

  /** Two processes may see it first: there is one row. It never ends earlier by an older token. */
  async save(seen: SeenLogin): Promise<OidcSession> {
    const [session] = await this.hotPool.query<OidcSession>(
      `INSERT INTO sessions AS s (id, user_id, tenant_id, oidc_key, authenticated_at, refreshed_at, created_at, expires_at,
         ends_by, address, user_agent)
       VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $7, $8, $9)
       ON CONFLICT (oidc_key) DO UPDATE SET refreshed_at = EXCLUDED.refreshed_at,
         expires_at = greatest(s.expires_at, EXCLUDED.expires_at), ends_by = greatest(s.ends_by, EXCLUDED.ends_by)
       RETURNING ${columns}`,
      [
        ...[seen.id, seen.userId, seen.tenantId, seen.oidcKey, seen.authenticatedAt, seen.refreshedAt],
        ...[seen.expiresAt, seen.address, seen.userAgent],
      ],
    );
    if (session === undefined) throw new Error('a session that was saved is not there');
    return session;
  }
}
