import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import { EmailTaken, UsernameTaken } from './auth.errors.js';
import type { Row } from './row.js';
import { User } from './user.entity.js';

export type UserChanges = Partial<Pick<User, 'email' | 'username'>>;

/** All queries on users. They belong to no tenant, so a tenant is asked for nowhere here. */
@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(id: string): Promise<User | null> {
    return this.dataSource.manager.findOneBy(User, { id });
  }

  /** By e-mail address when there is an '@' in it, which no username has. */
  async findByName(name: string): Promise<User | null> {
    const column = name.includes('@') ? 'email' : 'username';
    return this.dataSource.manager
      .createQueryBuilder(User, 'user')
      .where(`lower(user.${column}) = lower(:name)`, { name })
      .getOne();
  }

  async isEmpty(tx: Tx): Promise<boolean> {
    return !(await tx.manager.exists(User));
  }

  /**
   * Whether the user is active, and still has this password. Until the transaction ends nobody who ends all sessions or
   * changes the password gets past it, while others who open sessions do.
   */
  async lockActive(tx: Tx, id: string, passwordHash?: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT id FROM users WHERE id = $1 AND is_active AND password_hash = coalesce($2, password_hash) FOR SHARE`,
      [id, passwordHash ?? null],
    );
    return rows.length === 1;
  }

  /** Until the transaction ends nobody opens a session for the user. */
  async lock(tx: Tx, id: string): Promise<void> {
    await tx.query('SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE', [id]);
  }

  /** Whether the password was still the one that was read. */
  async replacePassword(tx: Tx, { id, passwordHash }: User, newHash: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE users SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2 RETURNING id',
      [id, passwordHash, newHash, now],
    );
    return rows.length === 1;
  }

  async insert(tx: Tx, user: Row<User>): Promise<void> {
    await translated(tx.manager.insert(User, user));
  }

  async change(tx: Tx, id: string, changes: UserChanges, now: Date): Promise<void> {
    await translated(tx.manager.update(User, { id }, { ...changes, updatedAt: now }));
  }
}

async function translated(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    const constraint = violatedConstraintOf(error);
    if (constraint === 'UQ_users_email') throw new EmailTaken();
    if (constraint === 'UQ_users_username') throw new UsernameTaken();
    throw error;
  }
}
