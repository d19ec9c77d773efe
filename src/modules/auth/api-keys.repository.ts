import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { HotPool } from '../../core/database/hot-pool.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { Row } from './row.js';
import { ApiKey, type KnownApiKey } from './api-key.entity.js';
import type { Scope } from './principal.decorator.js';
import type { RegistrationDefaults } from './registration-defaults.service.js';

/** What the authenticator needs of a key. */
export interface ApiKeyAccess {
  id: string;
  tenantId: string;
  secretHash: Buffer;
  scopes: readonly Scope[];
  expiresAtMs: number | null;
  /** Null: it makes no devices. */
  registers: RegistrationDefaults | null;
}

export interface ApiKeyFilter {
  name?: string | undefined;
  scope?: Scope | undefined;
  expired?: boolean | undefined;
  skip: number;
  limit: number;
}

export type ApiKeyChanges = Partial<Pick<ApiKey, 'name' | 'expiresAt' | 'autoRegister' | 'profileId'>>;

const labelIds = `ARRAY(SELECT w.label_id FROM api_key_labels w
    JOIN labels l ON l.tenant_id = w.tenant_id AND l.id = w.label_id AND l.deleted_at IS NULL
  WHERE w.tenant_id = api_keys.tenant_id AND w.api_key_id = api_keys.id ORDER BY w.label_id)`;
const columns = `id, tenant_id AS "tenantId", name, prefix, secret_hash AS "secretHash", scopes,
  auto_register AS "autoRegister", profile_id AS "profileId", ${labelIds} AS "defaultLabelIds",
  expires_at AS "expiresAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt", created_at AS "createdAt"`;

/** All queries on API keys; revoked ones are gone for everybody. */
@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hotPool: HotPool,
  ) {}

  async find(tenant: Tenant, id: string): Promise<KnownApiKey | null> {
    const sql = `SELECT ${columns} FROM api_keys WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL`;
    const [apiKey] = await this.dataSource.query<KnownApiKey[]>(sql, [tenant.id, id]);
    return apiKey ?? null;
  }

  /** Newest first. */
  async list(tenant: Tenant, filter: ApiKeyFilter, now: Date): Promise<{ rows: KnownApiKey[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('revoked_at IS NULL');
    if (filter.name !== undefined) where.and(containing(filter.name), (p) => `name ILIKE ${p}`);
    if (filter.scope !== undefined) where.and(filter.scope, (p) => `${p} = ANY (scopes)`);
    if (filter.expired !== undefined) where.and(now, (p) => isExpired(p, filter.expired === true));
    const { skip, limit } = filter;
    return pageOfRows<KnownApiKey>((sql, values) => this.dataSource.query(sql, values), {
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

  async labelIdsOf(tx: Tx, tenant: Tenant, id: string): Promise<string[]> {
    const rows = await tx.query<{ ids: string[] }>(
      `SELECT ${labelIds} AS ids FROM api_keys WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, id],
    );
    return rows[0]?.ids ?? [];
  }

  async replaceLabels(tx: Tx, tenant: Tenant, id: string, given: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM api_key_labels WHERE tenant_id = $1 AND api_key_id = $2', [tenant.id, id]);
    await tx.query(
      `INSERT INTO api_key_labels (tenant_id, api_key_id, label_id)
       SELECT $1, $2, label_id FROM unnest($3::uuid[]) AS given (label_id) ON CONFLICT DO NOTHING`,
      [tenant.id, id, given],
    );
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
      auto_register: boolean;
      profile_id: string | null;
      label_ids: string[];
    }>(
      'auth-api-key-access',
      `SELECT id, tenant_id, secret_hash, scopes, expires_at, auto_register, profile_id, ${labelIds} AS label_ids
       FROM api_keys WHERE prefix = $1 AND revoked_at IS NULL`,
      [prefix],
    );
    if (row === undefined) return null;
    return {
      id: row.id,
      tenantId: row.tenant_id,
      secretHash: row.secret_hash,
      scopes: row.scopes,
      expiresAtMs: row.expires_at?.getTime() ?? null,
      registers: row.auto_register ? { labelIds: row.label_ids, profileId: row.profile_id } : null,
    };
  }
}

function isExpired(now: string, wanted: boolean): string {
  return wanted ? `expires_at <= ${now}` : `(expires_at IS NULL OR expires_at > ${now})`;
}
