import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceNamesService } from '../../devices/device-names.service.js';
import type { Registration } from '../registrations/registration-body.rules.js';
import { DeviceAmbiguous } from '../registrations/registration.errors.js';
import { DeviceFinderRepository, type MeantDevice } from './device-finder.repository.js';

/** Decides which device a registration means: the one of its uuid, else of its serial number, else of its name. */
@Injectable()
export class DeviceFinder {
  constructor(
    private readonly devices: DeviceFinderRepository,
    private readonly names: DeviceNamesService,
  ) {}

  /**
   * Held until the transaction ends; null: there is none yet, and nobody who looks for its name makes it meanwhile: of two
   * who would make one device under two uuids the second waits and finds it.
   *
   * @throws DeviceAmbiguous
   */
  async lock(tx: Tx, tenant: Tenant, { uuid, serial, deviceName }: Registration): Promise<MeantDevice | null> {
    await this.names.lock(tx, tenant, deviceName);
    const identified = await this.devices.byIdentity(tx, tenant, uuid, serial);
    if (identified.length > 1) throw new DeviceAmbiguous(`the uuid ${uuid} and the serial number ${serial ?? ''}`);
    const meant = identified.length > 0 ? identified : await this.devices.byName(tx, tenant, deviceName, serial);
    if (meant.length > 1) throw new DeviceAmbiguous(`the name "${deviceName}"`);
    return meant[0] ?? null;
  }

  /** Whether the device stands somewhere, as far as that can be known before the transaction. */
  async isPlaced(tenant: Tenant, { uuid, serial, deviceName }: Registration): Promise<boolean> {
    return this.devices.isPlaced(tenant, { uuid, serial, name: deviceName });
  }
}
