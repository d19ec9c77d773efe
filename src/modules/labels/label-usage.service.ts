import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** What labels ask of the module that knows which device wears which label. */
export interface LabelWearers {
  /** How many devices wear each of the labels; those that nobody wears may be absent. */
  countsOf(tenant: Tenant, labelIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The ids of at most `limit` devices that wear the label, in their order. */
  deviceIdsOf(tenant: Tenant, labelId: string, limit: number): Promise<string[]>;
  /** Takes the label off every device. The label's own row is locked by the caller. */
  takeOffAll(tx: Tx, tenant: Tenant, labelId: string): Promise<void>;
}

/** Where the devices, one floor up, say who wears a label. */
@Injectable()
export class LabelUsage {
  private registered: LabelWearers | undefined;

  /** Called once, in onModuleInit of the module that owns the devices. */
  register(wearers: LabelWearers): void {
    if (this.registered !== undefined) throw new Error('two modules say who wears a label');
    this.registered = wearers;
  }

  get wearers(): LabelWearers {
    if (this.registered === undefined) throw new Error('no module says who wears a label');
    return this.registered;
  }
}
