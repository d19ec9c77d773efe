import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DeviceNamesRepository } from './device-names.repository.js';

/**
 * Keeps a name to one transaction at a time. Names are not unique, so no index stops the second of two who look for a device
 * by its name and make it where there is none: every road that does so takes the lock before it looks.
 */
@Injectable()
export class DeviceNamesService {
  constructor(private readonly names: DeviceNamesRepository) {}

  /** Until the transaction ends; one lock however the name is written, for some roads compare names without case. */
  async lock(tx: Tx, tenant: Tenant, name: string): Promise<void> {
    await this.names.lock(tx, tenant, name);
  }

  /** Whether a device is called exactly so. It stays as it is only for who has locked the name. */
  async isTaken(tx: Tx, tenant: Tenant, name: string): Promise<boolean> {
    return this.names.isTaken(tx, tenant, name);
  }
}
