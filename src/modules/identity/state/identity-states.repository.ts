import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { IdentityState, type IdentityStateKind } from './identity-state.entity.js';

/** All queries on the target and current state of this instance. */
@Injectable()
export class IdentityStatesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(tenant: Tenant, kind: IdentityStateKind): Promise<Row<IdentityState> | null> {
    return this.dataSource.manager.findOneBy(IdentityState, { tenantId: tenant.id, kind });
  }

  async lock(tx: Tx, tenant: Tenant, kind: IdentityStateKind): Promise<Row<IdentityState> | null> {
    return tx.manager.findOne(IdentityState, {
      where: { tenantId: tenant.id, kind },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async save(tx: Tx, { tenantId, kind, version, state, source, changedAt }: Row<IdentityState>): Promise<void> {
    await tx.query(
      `INSERT INTO identity_states (tenant_id, kind, version, state, source, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id, kind) DO UPDATE
       SET version = excluded.version, state = excluded.state, source = excluded.source, changed_at = excluded.changed_at`,
      [tenantId, kind, version, JSON.stringify(state), source, changedAt],
    );
  }

  async removeAll(tx: Tx, tenant: Tenant): Promise<void> {
    await tx.query('DELETE FROM identity_states WHERE tenant_id = $1', [tenant.id]);
  }
}
