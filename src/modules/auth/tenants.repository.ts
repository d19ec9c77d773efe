import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { Role } from './principal.decorator.js';
import type { Row } from './row.js';
import { TenantEntity } from './tenant.entity.js';

/** A tenant as one of its members sees it. */
export type TenantOfUser = TenantEntity & { role: Role };

const columns = 't.id, t.name, t.slug, t.created_at AS "createdAt", m.role';
const from = 'memberships m JOIN tenants t ON t.id = m.tenant_id';

/** All queries on tenants. */
@Injectable()
export class TenantsRepository {
  constructor(private readonly dataSource: DataSource) {}

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

  /** Those that the user is a member of, in the order in which they came there: a login leads to the first. */
  async listOf(
    userId: string,
    { skip, limit }: { skip: number; limit: number },
  ): Promise<{ rows: TenantOfUser[]; total: number }> {
    return pageOfRows((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from,
      where: new Conditions().and(userId, (p) => `m.user_id = ${p}`),
      orderBy: 'm.created_at, m.tenant_id',
      skip,
      limit,
    });
  }

  async findOf(userId: string, id: string): Promise<TenantOfUser | null> {
    const [row] = await this.dataSource.query<TenantOfUser[]>(
      `SELECT ${columns} FROM ${from} WHERE m.user_id = $1 AND t.id = $2`,
      [userId, id],
    );
    return row ?? null;
  }

  async rename(tx: Tx, tenant: Tenant, name: string): Promise<void> {
    await tx.query('UPDATE tenants SET name = $2 WHERE id = $1', [tenant.id, name]);
  }
}
