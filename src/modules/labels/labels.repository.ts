import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { ListLabelsQuery } from './dto/list-labels.query.js';
import { Label } from './label.entity.js';
import { LabelNameTaken } from './label.errors.js';

const columns = `id, tenant_id AS "tenantId", name, color, description,
  created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`;

const orders: Record<ListLabelsQuery['sort'], string> = {
  name: 'name, id',
  '-name': 'name DESC, id',
  created_at: 'created_at, id',
  '-created_at': 'created_at DESC, id DESC',
  updated_at: 'updated_at, id',
  '-updated_at': 'updated_at DESC, id DESC',
};

/** All queries on labels. */
@Injectable()
export class LabelsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListLabelsQuery): Promise<{ rows: Row<Label>[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('deleted_at IS NULL');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `name ILIKE ${p}`);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(name ILIKE ${p} OR description ILIKE ${p})`);
    const { skip, limit } = query;
    return pageOfRows<Row<Label>>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'labels',
      where,
      orderBy: orders[query.sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<Row<Label> | null> {
    return this.dataSource.manager.findOneBy(Label, { id, tenantId: tenant.id, deletedAt: IsNull() });
  }

  async findMany(tenant: Tenant, ids: readonly string[]): Promise<Row<Label>[]> {
    const where = { id: In([...ids]), tenantId: tenant.id, deletedAt: IsNull() };
    return this.dataSource.manager.find(Label, { where, order: { name: 'ASC', id: 'ASC' } });
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<Label> | null> {
    return tx.manager.findOne(Label, {
      where: { id, tenantId: tenant.id, deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Locked against deletion until the transaction ends; in id order, so that two never wait for each other. */
  async findForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<Row<Label>[]> {
    return tx.query<Row<Label>>(
      `SELECT ${columns} FROM labels WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
  }

  async insert(tx: Tx, label: Row<Label>): Promise<void> {
    await translated(label.name, tx.manager.insert(Label, label));
  }

  async update(tx: Tx, label: Row<Label>): Promise<void> {
    const { id, tenantId, ...fields } = label;
    await translated(label.name, tx.manager.update(Label, { id, tenantId }, fields));
  }
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_labels_tenant_id_name' ? new LabelNameTaken(name) : error;
  }
}
