import { Injectable } from '@nestjs/common';
import { Conditions } from '../../../core/database/conditions.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListReplaysQuery } from './dto/list-replays.query.js';
import type { Replay } from './replay.js';

const columns = `id, integration_id AS "integrationId", statuses, from_id AS "fromId", before_id AS "beforeId", position,
  total, done, skipped, state, created_at AS "createdAt", finished_at AS "finishedAt"`;

// The total is what there is at the beginning; what ends meanwhile lies behind `before_id` or was met already.
const insertSql = `
  INSERT INTO replays (id, tenant_id, integration_id, statuses, from_id, before_id, position, total, state)
  SELECT $1, $2, $3, $4::text[], $5, $6, $5, count(*), 'running' FROM deliveries
  WHERE tenant_id = $2 AND integration_id = $3 AND id > $5 AND id < $6 AND status = ANY ($4::text[])`;

/** All queries on replays but the one that makes deliveries wait again. */
@Injectable()
export class ReplaysRepository {
  constructor(private readonly pool: HotPool) {}

  async insert(
    tx: Tx,
    tenant: Tenant,
    {
      id,
      integrationId,
      statuses,
      fromId,
      beforeId,
    }: Pick<Replay, 'id' | 'integrationId' | 'statuses' | 'fromId' | 'beforeId'>,
  ): Promise<void> {
    await tx.query(insertSql, [id, tenant.id, integrationId, statuses, fromId, beforeId]);
  }

  async find(tenant: Tenant, id: string, db: Queryable = this.pool): Promise<Replay | null> {
    const rows = await db.query<Replay>(`SELECT ${columns} FROM replays WHERE tenant_id = $1 AND id = $2`, [
      tenant.id,
      id,
    ]);
    return rows[0] ?? null;
  }

  async list(tenant: Tenant, query: ListReplaysQuery): Promise<{ rows: Replay[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`);
    if (query.integration_id !== undefined) where.and(query.integration_id, (p) => `integration_id = ${p}`);
    if (query.state !== undefined) where.and(query.state, (p) => `state = ${p}`);
    const { skip, limit } = query;
    return pageOfRows<Replay>((sql, values) => this.pool.query(sql, values), {
      ...{ columns, where, skip, limit },
      from: 'replays',
      orderBy: 'id DESC',
    });
  }

  /** False: it does not run. */
  async cancel(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE replays SET state = 'cancelled', finished_at = now()
       WHERE tenant_id = $1 AND id = $2 AND state = 'running' RETURNING id`,
      [tenant.id, id],
    );
    return rows.length > 0;
  }

  /** Whether the integration is there to be sent to. */
  async isAlive(tenant: Tenant, integrationId: string): Promise<boolean> {
    const rows = await this.pool.query(
      'SELECT FROM integrations WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL',
      [tenant.id, integrationId],
    );
    return rows.length > 0;
  }
}
