import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import type { Row } from '../row.js';
import { SigningKey } from './signing-key.entity.js';

/** Any number that no other part takes a lock on: one process makes a key, the others wait and find it. */
const keysLock = 7_466_010;

/** All queries on the keys that sign access tokens. They are the platform's, not a tenant's. */
@Injectable()
export class SigningKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  async list(): Promise<SigningKey[]> {
    return this.dataSource.manager.find(SigningKey, { order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** Newest first; nobody else makes or retires one until the transaction ends. */
  async lockAll(tx: Tx): Promise<SigningKey[]> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [keysLock]);
    return tx.manager.find(SigningKey, { order: { createdAt: 'DESC', id: 'DESC' } });
  }

  async insert(tx: Tx, key: Row<SigningKey>): Promise<void> {
    await tx.manager.insert(SigningKey, key);
  }

  /** Of whatever algorithm; those that retire earlier do so. */
  async retireAllBut(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.query(
      'UPDATE signing_keys SET retired_at = $2 WHERE id <> $1 AND (retired_at IS NULL OR retired_at > $2)',
      [id, at],
    );
  }

  /** Their tokens are worth nothing from now on. How many. */
  async deleteAllBut(tx: Tx, id: string): Promise<number> {
    const rows = await tx.query('DELETE FROM signing_keys WHERE id <> $1 RETURNING id', [id]);
    return rows.length;
  }

  async delete(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM signing_keys WHERE id = ANY ($1)', [ids]);
  }
}
