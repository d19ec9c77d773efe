import { Injectable, Logger } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { idFloor } from '../../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { givenUpSql } from './given-up.sql.js';

/** No statement is long: what is delivered meanwhile waits for so many rows at most. */
const deliveriesAtOnce = 1_000;

const beforeSql = givenUpSql('w.id < $4');
const oneSql = givenUpSql('w.tenant_id = $4 AND w.id = $5');
const ofIntegrationSql = givenUpSql('w.tenant_id = $4 AND w.integration_id = $5');

const expired = ['expired', 'it waited for longer than it is kept'];
const onRequest = ['given_up', 'given up on request'];

/** Ends deliveries that wait, without another attempt: on request, or because they have waited for too long. */
@Injectable()
export class GivingUpService {
  private readonly logger = new Logger(GivingUpService.name);

  constructor(private readonly pool: HotPool) {}

  /** Whatever is of a day before this one: its run is about to be dropped. */
  async expireBefore(day: number): Promise<void> {
    const count = await this.untilNoneIsLeft(beforeSql, [...expired, deliveriesAtOnce, idFloor(day)]);
    if (count > 0)
      this.logger.warn({ deliveries: count }, 'deliveries waited for longer than they are kept: they failed');
  }

  /** False: it does not wait, or its attempt is under way. */
  async giveUp(tenant: Tenant, deliveryId: string): Promise<boolean> {
    return (await this.pool.query(oneSql, [...onRequest, 1, tenant.id, deliveryId])).length > 0;
  }

  /** Answers how many there were; those whose attempts are under way are left to them. */
  async giveUpAll(tenant: Tenant, integrationId: string): Promise<number> {
    return this.untilNoneIsLeft(ofIntegrationSql, [...onRequest, deliveriesAtOnce, tenant.id, integrationId]);
  }

  private async untilNoneIsLeft(sql: string, values: readonly unknown[]): Promise<number> {
    let count = 0;
    for (;;) {
      const given = await this.pool.query(sql, values);
      count += given.length;
      if (given.length < deliveriesAtOnce) return count;
    }
  }
}
