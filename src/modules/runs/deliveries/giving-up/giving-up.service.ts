import { Injectable, Logger } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { Transactions } from '../../../../core/database/transactions.js';
import { idFloor } from '../../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { AuditService } from '../../../auth/audit/audit.service.js';
import type { DestinationRef } from '../../channels/channels.service.js';
import { givenUpSql } from './given-up.sql.js';

/** No statement is long: what is delivered meanwhile waits for so many rows at most. */
const deliveriesAtOnce = 1_000;

const beforeSql = givenUpSql('w.id < $4');
const oneSql = givenUpSql('w.tenant_id = $4 AND w.id = $5');
const ofDestinationSql = givenUpSql('w.tenant_id = $4 AND w.destination_id = $5');

const expired = ['expired', 'it waited for longer than it is kept'];
const onRequest = ['given_up', 'given up on request'];

/** Ends deliveries that wait, without another attempt: on request, or because they have waited for too long. */
@Injectable()
export class GivingUpService {
  private readonly logger = new Logger(GivingUpService.name);

  constructor(
    private readonly pool: HotPool,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** Whatever is of a day before this one: its run is about to be dropped. */
  async expireBefore(day: number): Promise<void> {
    const values = [...expired, deliveriesAtOnce, idFloor(day)];
    const count = await untilNoneIsLeft(() => this.pool.query(beforeSql, values));
    if (count > 0)
      this.logger.warn({ deliveries: count }, 'deliveries waited for longer than they are kept: they failed');
  }

  /** False: it does not wait, or its attempt is under way. */
  async giveUp(tenant: Tenant, deliveryId: string): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const given = await tx.query(oneSql, [...onRequest, 1, tenant.id, deliveryId]);
      if (given.length === 0) return false;
      const subject = { kind: 'delivery', id: deliveryId, name: null };
      await this.audit.record(tx, tenant, { action: 'delivery.given_up', subject });
      return true;
    });
  }

  /** Answers how many there were; those whose attempts are under way are left to them. */
  async giveUpAll(tenant: Tenant, { type, id }: DestinationRef): Promise<number> {
    const values = [...onRequest, deliveriesAtOnce, tenant.id, id];
    const report = { [`${type}_id`]: id };
    return untilNoneIsLeft(() =>
      this.transactions.run(async (tx) => {
        const given = await tx.query<{ id: string }>(ofDestinationSql, values);
        const ids = given.map(({ id }) => id);
        await this.audit.recordBulk(tx, tenant, { action: 'delivery.given_up', kind: 'delivery', ids, report });
        return given;
      }),
    );
  }
}

async function untilNoneIsLeft(giveUpSome: () => Promise<readonly unknown[]>): Promise<number> {
  let count = 0;
  for (;;) {
    const given = await giveUpSome();
    count += given.length;
    if (given.length < deliveriesAtOnce) return count;
  }
}
