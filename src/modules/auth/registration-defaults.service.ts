import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** What devices are given that a key makes by itself. */
export interface RegistrationDefaults {
  labelIds: readonly string[];
  profileId: string | null;
}

/** Refuses what is not there, naming the field, and keeps the rest from being deleted until the transaction ends. */
export type DefaultsCheck = (tx: Tx, tenant: Tenant, defaults: RegistrationDefaults) => Promise<void>;

/** Where the devices, floors above, say whether labels and profiles are there that a key is to give. */
@Injectable()
export class RegistrationDefaultsChecks {
  private registered: DefaultsCheck | undefined;

  /** Called once, in onModuleInit of the module that makes the devices. */
  register(check: DefaultsCheck): void {
    if (this.registered !== undefined) throw new Error('two modules say what a key may give');
    this.registered = check;
  }

  async assertThere(tx: Tx, tenant: Tenant, defaults: RegistrationDefaults): Promise<void> {
    if (defaults.labelIds.length === 0 && defaults.profileId === null) return;
    if (this.registered === undefined) throw new Error('no module says what a key may give');
    await this.registered(tx, tenant, defaults);
  }
}
