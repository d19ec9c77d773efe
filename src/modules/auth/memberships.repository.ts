import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../core/database/tx.js';
import type { Row } from './row.js';
import { Membership } from './membership.entity.js';

/** All queries on memberships. */
@Injectable()
export class MembershipsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(tx: Tx, membership: Row<Membership>): Promise<void> {
    await tx.manager.insert(Membership, membership);
  }

  async isMember(tx: Tx, userId: string, tenantId: string): Promise<boolean> {
    return tx.manager.existsBy(Membership, { tenantId, userId });
  }

  /** Where a login leads: the tenant the user has belonged to for longest, their own as a rule. */
  async findFirst(userId: string): Promise<Membership | null> {
    return this.dataSource.manager.findOne(Membership, {
      where: { userId },
      order: { createdAt: 'ASC', tenantId: 'ASC' },
    });
  }
}
