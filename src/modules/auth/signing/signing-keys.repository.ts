import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import type { Row } from '../row.js';
import { SigningKey } from './signing-key.entity.js';

/** Any number that no other part takes a lock on: one process makes the first key, the others wait and find it. */
const firstKeyLock = 7_466_010;

/** All queries on the keys that sign access tokens. They are the platform's, not a tenant's. */
@Injectable()
export class SigningKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first: those in use, and those retired after `since`, whose tokens may still be out. */
  async list(since: Date): Promise<SigningKey[]> {
    return this.dataSource.manager.find(SigningKey, {
      where: [{ retiredAt: IsNull() }, { retiredAt: MoreThan(since) }],
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  async insertUnlessThereIsOne(tx: Tx, key: Row<SigningKey>): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [firstKeyLock]);
    if (await tx.manager.existsBy(SigningKey, { retiredAt: IsNull() })) return;
    await tx.manager.insert(SigningKey, key);
  }
}
