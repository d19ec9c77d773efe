import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Row } from './row.js';
import { TenantEntity } from './tenant.entity.js';

/** All queries on tenants. */
@Injectable()
export class TenantsRepository {
  /** Whether it was inserted; false when another has the slug already. */
  async insertUnlessThere(tx: Tx, tenant: Row<TenantEntity>): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO tenants (id, name, slug, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (slug) DO NOTHING RETURNING id`,
      [tenant.id, tenant.name, tenant.slug, tenant.createdAt],
    );
    return rows.length === 1;
  }

  async getBySlug(tx: Tx, slug: string): Promise<TenantEntity> {
    return tx.manager.findOneByOrFail(TenantEntity, { slug });
  }
}
