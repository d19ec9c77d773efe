import { Injectable } from '@nestjs/common';
import { Conditions } from '../../../core/database/conditions.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { destinationTypes, type DestinationRef } from '../channels/channels.service.js';
import type { ListReplaysQuery } from './dto/list-replays.query.js';
import type { Replay } from './replay.js';

const columns = `r.id, o.type AS "destinationType", r.destination_id AS "destinationId", r.statuses, r.from_id AS "fromId",
  r.before_id AS "beforeId", r.position, r.total, r.done, r.skipped, r.state, r.created_at AS "createdAt",
  r.finished_at AS "finishedAt"`;
const from = 'replays r JOIN destinations o ON o.tenant_id = r.tenant_id AND o.id = r.destination_id';

// The total is what there is at the beginning; what ends meanwhile lies behind `before_id` or was met already.
const insertSql = `
  INSERT INTO replays (id, tenant_id, destination_id, statuses, from_id, before_id, position, total, state)
  SELECT $1, $2, $3, $4::text[], $5, $6, $5, count(*), 'running' FROM deliveries
  WHERE tenant_id = $2 AND destination_id = $3 AND id > $5 AND id < $6 AND status = ANY ($4::text[])`;

/** All queries on replays but the one that makes deliveries wait again. */
@Injectable()
export class ReplaysRepository {
  constructor(private readonly pool: HotPool) {}

  async insert(
    tx: Tx,
    tenant: Tenant,
    {
      id,
      destinationId,
      statuses,
      fromId,
      beforeId,
    }: Pick<Replay, 'id' | 'destinationId' | 'statuses' | 'fromId' | 'beforeId'>,
  ): Promise<void> {
    await tx.query(insertSql, [id, tenant.id, destinationId, statuses, fromId, beforeId]);
  }

  async find(tenant: Tenant, id: string, db: Queryable = this.pool): Promise<Replay | null> {
    const rows = await db.query<Replay>(`SELECT ${columns} FROM ${from} WHERE r.tenant_id = $1 AND r.id = $2`, [
      tenant.id,
      id,
    ]);
    return rows[0] ?? null;
  }

  async list(tenant: Tenant, query: ListReplaysQuery): Promise<{ rows: Replay[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `r.tenant_id = ${p}`);
    for (const type of destinationTypes) {
      const id = query[`${type}_id`];
      if (id === undefined) continue;
      where.and(id, (p) => `r.destination_id = ${p}`).and(type, (p) => `o.type = ${p}`);
    }
    if (query.state !== undefined) where.and(query.state, (p) => `r.state = ${p}`);
    const { skip, limit } = query;
    return pageOfRows<Replay>((sql, values) => this.pool.query(sql, values), {
      ...{ columns, from, where, skip, limit },
      orderBy: 'r.id DESC',
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

  /** Whether the destination is there to be sent to. */
  async isAlive(tenant: Tenant, { type, id }: DestinationRef): Promise<boolean> {
    const rows = await this.pool.query(
      'SELECT FROM destinations WHERE tenant_id = $1 AND id = $2 AND type = $3 AND deleted_at IS NULL',
      [tenant.id, id, type],
    );
    return rows.length > 0;
  }
}
