import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** Gives a tenant that is being made what it starts with, in the transaction that makes it. */
export type TenantSetup = (tx: Tx, tenant: Tenant) => Promise<void>;

/** Where the modules above say, in onModuleInit, what a new tenant starts with. */
@Injectable()
export class TenantSetups {
  private readonly setups: TenantSetup[] = [];

  register(setup: TenantSetup): void {
    this.setups.push(setup);
  }

  /** Called once for each tenant, by whoever makes it. */
  async run(tx: Tx, tenant: Tenant): Promise<void> {
    for (const setup of this.setups) await setup(tx, tenant);
  }
}
