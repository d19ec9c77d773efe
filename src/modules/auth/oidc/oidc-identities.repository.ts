import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import type { Role } from '../principal.decorator.js';
import type { Row } from '../row.js';
import { OidcIdentity } from './oidc-identity.entity.js';

/** Who a person is here, and what they may do now. */
export interface OidcAccess {
  userId: string;
  tenantId: string;
  isActive: boolean;
  isSuperuser: boolean;
  /** Null: they were removed from this tenant. */
  role: Role | null;
  roleAsOf: Date;
}

type Query = <T>(sql: string, values: unknown[]) => Promise<T[]>;

/** All queries on people whom an issuer vouches for. */
@Injectable()
export class OidcIdentitiesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(issuer: string, subject: string, tenantSlug: string, tx?: Tx): Promise<OidcAccess | null> {
    const query: Query = (sql, values) =>
      tx === undefined ? this.dataSource.query(sql, values) : tx.query(sql, values);
    const [access] = await query<OidcAccess>(
      `SELECT i.user_id AS "userId", i.tenant_id AS "tenantId", i.role_as_of AS "roleAsOf", m.role,
              u.is_active AS "isActive", u.is_superuser AS "isSuperuser"
       FROM oidc_identities i
       JOIN tenants t ON t.id = i.tenant_id
       JOIN users u ON u.id = i.user_id
       LEFT JOIN memberships m ON m.tenant_id = i.tenant_id AND m.user_id = i.user_id
       WHERE i.issuer = $1 AND i.subject = $2 AND t.slug = $3`,
      [issuer, subject, tenantSlug],
    );
    return access ?? null;
  }

  async findTenantId(tx: Tx, slug: string): Promise<string | null> {
    const [tenant] = await tx.query<{ id: string }>('SELECT id FROM tenants WHERE slug = $1', [slug]);
    return tenant?.id ?? null;
  }

  /** The user whom the person is in other tenants. */
  async findUserId(tx: Tx, issuer: string, subject: string): Promise<string | null> {
    const [known] = await tx.query<{ id: string }>(
      'SELECT user_id AS id FROM oidc_identities WHERE issuer = $1 AND subject = $2 LIMIT 1',
      [issuer, subject],
    );
    return known?.id ?? null;
  }

  /** Until the transaction ends nobody else makes the person's user. */
  async lock(tx: Tx, issuer: string, subject: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7466043))', [`${issuer}\n${subject}`]);
  }

  async insert(tx: Tx, identity: Row<OidcIdentity>): Promise<void> {
    await tx.manager.insert(OidcIdentity, identity);
  }

  async isTaken(tx: Tx, column: 'email' | 'username', value: string): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM users WHERE lower(${column}) = lower($1)`, [value]);
    return rows.length > 0;
  }

  /** False: a newer token has said otherwise meanwhile. */
  async setRole(tx: Tx, { userId, tenantId }: OidcAccess, role: Role, asOf: Date): Promise<boolean> {
    const rows = await tx.query(
      `WITH newer AS (
         UPDATE oidc_identities SET role_as_of = $4
         WHERE tenant_id = $1 AND user_id = $2 AND role_as_of < $4 RETURNING tenant_id, user_id)
       UPDATE memberships m SET role = $3 FROM newer n
       WHERE m.tenant_id = n.tenant_id AND m.user_id = n.user_id AND m.role <> $3 RETURNING m.user_id`,
      [tenantId, userId, role, asOf],
    );
    return rows.length > 0;
  }
}
