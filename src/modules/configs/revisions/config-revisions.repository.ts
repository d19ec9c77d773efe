import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { ConfigRevision } from './config-revision.entity.js';

/** A revision without its content, as lists show it. */
export type ListedRevision = Omit<Row<ConfigRevision>, 'content'> & { wasDeleted: boolean };

/** All queries on revisions of configs. */
@Injectable()
export class ConfigRevisionsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hotPool: HotPool,
  ) {}

  /** The newest first. */
  async list(tenant: Tenant, configId: string, skip: number, limit: number): Promise<ListedRevision[]> {
    return this.dataSource.query<ListedRevision[]>(
      `SELECT tenant_id AS "tenantId", config_id AS "configId", revision, content IS NULL AS "wasDeleted",
         made_by AS "madeBy", made_by_id AS "madeById", restored_from AS "restoredFrom", created_at AS "createdAt"
       FROM config_revisions WHERE tenant_id = $1 AND config_id = $2 ORDER BY revision DESC OFFSET $3 LIMIT $4`,
      [tenant.id, configId, skip, limit],
    );
  }

  async count(tenant: Tenant, configId: string): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM config_revisions WHERE tenant_id = $1 AND config_id = $2',
      [tenant.id, configId],
    );
    return row?.count ?? 0;
  }

  /**
   * Some of those that are not among the newest `kept` of their config, over all tenants; never the one that counts, which
   * may be older than all of them: what was found too late lies beside it. How many went.
   */
  async forgetOld(kept: number, limit: number): Promise<number> {
    const [row] = await this.hotPool.query<{ count: number }>(
      `WITH old AS (
         SELECT r.tenant_id, r.config_id, r.revision
         FROM configs c JOIN config_revisions r ON r.tenant_id = c.tenant_id AND r.config_id = c.id
           AND r.revision <= c.last_revision - $1 AND r.revision <> c.revision
         WHERE c.last_revision > $1 LIMIT $2),
       gone AS (
         DELETE FROM config_revisions r USING old
         WHERE r.tenant_id = old.tenant_id AND r.config_id = old.config_id AND r.revision = old.revision RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [kept, limit],
    );
    return row?.count ?? 0;
  }

  async find(tenant: Tenant, configId: string, revision: number): Promise<Row<ConfigRevision> | null> {
    return this.dataSource.manager.findOneBy(ConfigRevision, { tenantId: tenant.id, configId, revision });
  }

  /** Contents that counted after a revision, the newest first. */
  async listContentsSince(
    tx: Tx,
    tenant: Tenant,
    configId: string,
    revision: number,
    limit: number,
  ): Promise<string[]> {
    const rows = await tx.query<{ content: string }>(
      `SELECT content FROM config_revisions
       WHERE tenant_id = $1 AND config_id = $2 AND revision > $3 AND content IS NOT NULL
       ORDER BY revision DESC LIMIT $4`,
      [tenant.id, configId, revision, limit],
    );
    return rows.map(({ content }) => content);
  }

  async insert(tx: Tx, tenant: Tenant, revisions: readonly Row<ConfigRevision>[]): Promise<void> {
    const each = <Field extends keyof ConfigRevision>(field: Field) => revisions.map((revision) => revision[field]);
    await tx.query(
      `INSERT INTO config_revisions (tenant_id, config_id, revision, content, made_by, made_by_id, restored_from,
                                     created_at)
       SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::timestamptz[])`,
      [
        tenant.id,
        each('configId'),
        each('revision'),
        each('content'),
        each('madeBy'),
        each('madeById'),
        each('restoredFrom'),
        each('createdAt'),
      ],
    );
  }
}
