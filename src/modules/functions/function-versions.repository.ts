import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { PageQuery } from '../../core/http/paging/page.query.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { FunctionVersion } from './function-version.entity.js';
import type { UserFunction } from './function.entity.js';

/** A version without what it says: a list of them stays small. */
export type FunctionSave = Pick<FunctionVersion, 'version' | 'createdAt' | 'createdBy'>;

/** All queries on what functions were. */
@Injectable()
export class FunctionVersionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, functionId: string, query: PageQuery): Promise<{ rows: FunctionSave[]; total: number }> {
    const { skip, limit } = query;
    return pageOfRows<FunctionSave>((sql, values) => this.dataSource.query(sql, values), {
      columns: 'version, created_at AS "createdAt", created_by AS "createdBy"',
      from: 'function_versions',
      where: new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).and(functionId, (p) => `function_id = ${p}`),
      orderBy: 'version DESC',
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, functionId: string, version: number): Promise<Row<FunctionVersion> | null> {
    return this.dataSource.manager.findOneBy(FunctionVersion, { tenantId: tenant.id, functionId, version });
  }

  /** Keeps the function as it is now under its own number. */
  async keep(tx: Tx, userFunction: Row<UserFunction>, createdBy: string | null): Promise<void> {
    const { tenantId, id, version, code, parameters, updatedAt } = userFunction;
    const saved = { tenantId, functionId: id, version, code, parameters, createdAt: updatedAt, createdBy };
    await tx.manager.insert(FunctionVersion, saved);
  }
}
