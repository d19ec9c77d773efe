import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Identity } from './identity.entity.js';

/** All queries on the identity of this instance. */
@Injectable()
export class IdentitiesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async get(tenant: Tenant): Promise<Row<Identity>> {
    return this.dataSource.manager.findOneByOrFail(Identity, { tenantId: tenant.id });
  }

  async lock(tx: Tx, tenant: Tenant): Promise<Row<Identity>> {
    return tx.manager.findOneOrFail(Identity, {
      where: { tenantId: tenant.id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** False: another process has made it already. */
  async insertUnlessThere(
    tx: Tx,
    { id, tenantId, uuid }: Pick<Identity, 'id' | 'tenantId' | 'uuid'>,
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO identities (id, tenant_id, uuid) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO NOTHING RETURNING id`,
      [id, tenantId, uuid],
    );
    return rows.length > 0;
  }

  async update(tx: Tx, { id, tenantId, ...fields }: Row<Identity>): Promise<void> {
    await tx.manager.update(Identity, { id, tenantId }, fields);
  }
}
