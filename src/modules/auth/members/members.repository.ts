import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Role } from '../principal.decorator.js';
import type { ListMembersQuery } from './dto/list-members.query.js';

/** A user, as one tenant knows them. */
export interface Member {
  userId: string;
  email: string;
  username: string;
  isActive: boolean;
  role: Role;
  joinedAt: Date;
}

const columns = `m.user_id AS "userId", u.email, u.username, u.is_active AS "isActive", m.role, m.created_at AS "joinedAt"`;
const from = 'memberships m JOIN users u ON u.id = m.user_id';

/** All queries on the members of one tenant. */
@Injectable()
export class MembersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** By name. */
  async list(tenant: Tenant, query: ListMembersQuery): Promise<{ rows: Member[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `m.tenant_id = ${p}`);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(u.email ILIKE ${p} OR u.username ILIKE ${p})`);
    if (query.role !== undefined) where.and(query.role, (p) => `m.role = ${p}`);
    const { skip, limit } = query;
    return pageOfRows<Member>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns, from, where, skip, limit },
      orderBy: 'lower(u.username), m.user_id',
    });
  }

  async find(tenant: Tenant, userId: string): Promise<Member | null> {
    const sql = `SELECT ${columns} FROM ${from} WHERE m.tenant_id = $1 AND m.user_id = $2`;
    const [row] = await this.dataSource.query<Member[]>(sql, [tenant.id, userId]);
    return row ?? null;
  }

  /**
   * With all admins of the tenant, locked until the transaction ends and in one order: of two admins who remove each
   * other at once the second one sees that it would be the last.
   */
  async lock(tx: Tx, tenant: Tenant, userId: string): Promise<{ member: Member | null; adminIds: string[] }> {
    const rows = await tx.query<Member>(
      `SELECT ${columns} FROM ${from} WHERE m.tenant_id = $1 AND (m.user_id = $2 OR m.role = 'admin')
       ORDER BY m.user_id FOR UPDATE OF m`,
      [tenant.id, userId],
    );
    const admins = rows.filter(({ role, isActive }) => role === 'admin' && isActive);
    return { member: rows.find((row) => row.userId === userId) ?? null, adminIds: admins.map((row) => row.userId) };
  }

  async changeRole(tx: Tx, tenant: Tenant, userId: string, role: Role): Promise<void> {
    await tx.query('UPDATE memberships SET role = $3 WHERE tenant_id = $1 AND user_id = $2', [tenant.id, userId, role]);
  }

  async remove(tx: Tx, tenant: Tenant, userId: string): Promise<void> {
    await tx.query('DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2', [tenant.id, userId]);
  }
}
