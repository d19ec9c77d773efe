import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** What places ask of the module that knows which device stands where. */
export interface Occupants {
  /** How many devices stand directly in each of the places; empty ones may be absent. */
  countsOf(tenant: Tenant, placeIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** How many stand in any of them, as the transaction that holds the places sees it. */
  countIn(tx: Tx, tenant: Tenant, placeIds: readonly string[]): Promise<number>;
  /** Nothing names the places any more. */
  moveOut(tx: Tx, tenant: Tenant, placeIds: readonly string[]): Promise<void>;
}

/** Where the devices, one floor up, say who stands where. */
@Injectable()
export class PlaceUsage {
  private registered: Occupants | undefined;

  /** Called once, in onModuleInit of the module that owns the devices. */
  register(occupants: Occupants): void {
    if (this.registered !== undefined) throw new Error('two modules say who stands in a place');
    this.registered = occupants;
  }

  get occupants(): Occupants {
    if (this.registered === undefined) throw new Error('no module says who stands in a place');
    return this.registered;
  }
}
