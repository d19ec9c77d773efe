import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { DeviceLocation } from '../devices/device.entity.js';
import type { Placement } from './keys/provisioning-key.contract.js';
import type { Registration } from './registrations/registration-body.rules.js';

/** What a device that is being made gets. */
export interface Placed {
  placeId: string;
  location: DeviceLocation | null;
}

/**
 * Finds and makes the places of devices that register. `locate` runs before the transaction, for it may ask the network;
 * what it answers runs in the transaction that makes the device, and may run again.
 *
 * @example
 * onModuleInit(): void {
 *   this.placements.plugIn(this);
 * }
 */
export interface PlacementEngine {
  locate(
    tenant: Tenant,
    placement: Placement,
    device: { registration: Registration; address: string },
  ): Promise<(tx: Tx) => Promise<Placed>>;
}

/** Where the engine is plugged in that places devices; without one a key’s own place counts. */
@Injectable()
export class Placements {
  private engine: PlacementEngine | undefined;

  plugIn(engine: PlacementEngine): void {
    if (this.engine !== undefined) throw new Error('two engines place devices');
    this.engine = engine;
  }

  /** Null: nothing places the device but its key. */
  async locate(
    tenant: Tenant,
    placement: Placement | null,
    device: { registration: Registration; address: string },
  ): Promise<((tx: Tx) => Promise<Placed>) | null> {
    return placement === null || this.engine === undefined ? null : this.engine.locate(tenant, placement, device);
  }
}
