import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { HotPool } from '../../core/database/hot-pool.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { Row } from './row.js';
import { ApiKey } from './api-key.entity.js';
import type { Scope } from './principal.decorator.js';

/** What the authenticator needs of a key. */
export interface ApiKeyAccess {
  id: string;
  tenantId: string;
  secretHash: Buffer;
  scopes: readonly Scope[];
  expiresAtMs: number | null;
}

export interface ApiKeyFilter {
  name?: string | undefined;
  scope?: Scope | undefined;
  expired?: boolean | undefined;
  skip: number;
  limit: number;
}

export type ApiKeyChanges = Partial<Pick<ApiKey, 'name' | 'expiresAt'>>;

const columns = `id, tenant_id AS "tenantId", name, prefix, secret_hash AS "secretHash", scopes,
  expires_at AS "expiresAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt", created_at AS "createdAt"`;

/** All queries on API keys; revoked ones are gone for everybody. */
@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hotPool: HotPool,
  ) {}

  async find(tenant: Tenant, id: string): Promise<ApiKey | null> {
    return this.dataSource.manager.findOneBy(ApiKey, { tenantId: tenant.id, id, revokedAt: IsNull() });
  }

  /** Newest first. */
  async list(tenant: Tenant, filter: ApiKeyFilter, now: Date): Promise<{ rows: ApiKey[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('revoked_at IS NULL');
    if (filter.name !== undefined) where.and(containing(filter.name), (p) => `name ILIKE ${p}`);
    if (filter.scope !== undefined) where.and(filter.scope, (p) => `${p} = ANY (scopes)`);
    if (filter.expired !== undefined) where.and(now, (p) => isExpired(p, filter.expired === true));
    const { skip, limit } = filter;
    return pageOfRows((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'api_keys',
      where,
      orderBy: 'id DESC',
      skip,
      limit,
    });
  }

  async insert(tx: Tx, key: Row<ApiKey>): Promise<void> {
    await tx.manager.insert(ApiKey, key);
  }

  /** Nobody else changes or revokes it until the transaction ends. */
  async findForEdit(tx: Tx, tenant: Tenant, id: string): Promise<Row<ApiKey> | null> {
    return tx.manager.findOne(ApiKey, {
      where: { tenantId: tenant.id, id, revokedAt: IsNull() },
      lock: { mode: 'for_no_key_update' },
    });
  }

  async update(tx: Tx, tenant: Tenant, id: string, changes: ApiKeyChanges): Promise<void> {
    await tx.manager.update(ApiKey, { tenantId: tenant.id, id }, changes);
  }

  /** When keys were last used, as one process saw it; at most one write a minute and key, however many see it. */
  async saveUses(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.hotPool.named(
      'auth-api-key-uses',
      `WITH used AS (
         SELECT k.id, u.at FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) JOIN api_keys k ON k.id = u.id
         WHERE k.last_used_at IS NULL OR k.last_used_at < u.at - interval '1 minute'
         ORDER BY k.id FOR NO KEY UPDATE OF k
       )
       UPDATE api_keys k SET last_used_at = used.at FROM used WHERE k.id = used.id`,
      [[...uses.keys()], [...uses.values()].map((atMs) => new Date(atMs))],
    );
  }

  /** Whether there was one to revoke. */
  async revoke(tx: Tx, tenant: Tenant, id: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id`,
      [tenant.id, id, now],
    );
    return rows.length === 1;
  }

  /** For the authenticator, which does not know the tenant yet: the key says it. */
  async findAccess(prefix: string): Promise<ApiKeyAccess | null> {
    const [row] = await this.hotPool.named<{
      id: string;
      tenant_id: string;
      secret_hash: Buffer;
      scopes: Scope[];
      expires_at: Date | null;
    }>(
      'auth-api-key-access',
      'SELECT id, tenant_id, secret_hash, scopes, expires_at FROM api_keys WHERE prefix = $1 AND revoked_at IS NULL',
      [prefix],
    );
    if (row === undefined) return null;
    return {
      id: row.id,
      tenantId: row.tenant_id,
      secretHash: row.secret_hash,
      scopes: row.scopes,
      expiresAtMs: row.expires_at?.getTime() ?? null,
    };
  }
}

function isExpired(now: string, wanted: boolean): string {
  return wanted ? `expires_at <= ${now}` : `(expires_at IS NULL OR expires_at > ${now})`;
}
