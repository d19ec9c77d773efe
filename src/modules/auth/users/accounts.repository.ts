import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListUsersQuery } from './dto/list-users.query.js';

/** A user without their password. */
export interface Account {
  id: string;
  email: string;
  username: string;
  isActive: boolean;
  isSuperuser: boolean;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `id, email, username, is_active AS "isActive", is_superuser AS "isSuperuser", created_at AS "createdAt",
  updated_at AS "updatedAt"`;

/** All queries on users as those see them who look after them: the members of one tenant, or, without one, everybody. */
@Injectable()
export class AccountsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** By name. */
  async list(within: Tenant | null, query: ListUsersQuery): Promise<{ rows: Account[]; total: number }> {
    const where = visible(within);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(email ILIKE ${p} OR username ILIKE ${p})`);
    if (query.is_active !== undefined) where.and(query.is_active, (p) => `is_active = ${p}`);
    if (query.is_superuser !== undefined) where.and(query.is_superuser, (p) => `is_superuser = ${p}`);
    const { skip, limit } = query;
    return pageOfRows<Account>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns, where, skip, limit },
      from: 'users',
      orderBy: 'lower(username), id',
    });
  }

  async find(within: Tenant | null, id: string): Promise<Account | null> {
    const where = visible(within).and(id, (p) => `id = ${p}`);
    const sql = `SELECT ${columns} FROM users WHERE ${where.sql}`;
    const [row] = await this.dataSource.query<Account[]>(sql, where.values);
    return row ?? null;
  }

  /** False: it was so already. The user's row is locked: nobody opens a session for them meanwhile. */
  async setActive(tx: Tx, id: string, isActive: boolean, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE users SET is_active = $2, updated_at = $3 WHERE id = $1 AND is_active <> $2 RETURNING id',
      [id, isActive, now],
    );
    return rows.length > 0;
  }
}

function visible(within: Tenant | null): Conditions {
  if (within === null) return new Conditions();
  return new Conditions().and(within.id, (p) => `id IN (SELECT user_id FROM memberships WHERE tenant_id = ${p})`);
}
