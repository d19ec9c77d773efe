import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { ListFunctionsQuery } from './dto/list-functions.query.js';
import { UserFunction } from './function.entity.js';
import { FunctionNameTaken } from './function.errors.js';

const columns = `id, tenant_id AS "tenantId", name, description, parameters, code, version,
  created_at AS "createdAt", updated_at AS "updatedAt",
  quarantined_until AS "quarantinedUntil", deleted_at AS "deletedAt"`;

const orders: Record<ListFunctionsQuery['sort'], string> = {
  name: 'name, id',
  '-name': 'name DESC, id',
  created_at: 'created_at, id',
  '-created_at': 'created_at DESC, id DESC',
  updated_at: 'updated_at, id',
  '-updated_at': 'updated_at DESC, id DESC',
};

/** All queries on functions as they are now. */
@Injectable()
export class FunctionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListFunctionsQuery): Promise<{ rows: Row<UserFunction>[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('deleted_at IS NULL');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `name ILIKE ${p}`);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(name ILIKE ${p} OR description ILIKE ${p})`);
    if (query.status !== undefined) {
      where.and(query.status === 'quarantined', (p) => `coalesce(quarantined_until > now(), false) = ${p}`);
    }
    const { skip, limit } = query;
    return pageOfRows<Row<UserFunction>>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'functions',
      where,
      orderBy: orders[query.sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<Row<UserFunction> | null> {
    return this.dataSource.manager.findOneBy(UserFunction, { id, tenantId: tenant.id, deletedAt: IsNull() });
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<UserFunction> | null> {
    const where = { id, tenantId: tenant.id, deletedAt: IsNull() };
    return tx.manager.findOne(UserFunction, { where, lock: { mode: 'pessimistic_write' } });
  }

  /** Those of the ids that are functions, in id order, kept from being deleted until the transaction ends. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM functions WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map((row) => row.id);
  }

  async insert(tx: Tx, userFunction: Row<UserFunction>): Promise<void> {
    await translated(userFunction.name, tx.manager.insert(UserFunction, userFunction));
  }

  async update(tx: Tx, userFunction: Row<UserFunction>): Promise<void> {
    const { id, tenantId, ...fields } = userFunction;
    await translated(userFunction.name, tx.manager.update(UserFunction, { id, tenantId }, fields));
  }

  /** Not an edit: neither its version nor its time of change moves. False: the version is not the present one any more. */
  async quarantine(tenant: Tenant, id: string, version: number, until: Date): Promise<boolean> {
    const where = { id, tenantId: tenant.id, version, deletedAt: IsNull() };
    const { affected } = await this.dataSource.manager.update(UserFunction, where, { quarantinedUntil: until });
    return affected === 1;
  }
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_functions_tenant_id_name' ? new FunctionNameTaken(name) : error;
  }
}
