import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import {
  DeviceAccessTokensService,
  type ShownAccessToken,
} from '../../devices/access-tokens/device-access-tokens.service.js';
import { DeviceNamesService } from '../../devices/device-names.service.js';
import type { KnownDevice } from '../../devices/device-state.entity.js';
import { DevicesService } from '../../devices/devices.service.js';
import type { KnownDeviceProfile } from '../../devices/profiles/device-profile.entity.js';
import { DeviceProfilesService } from '../../devices/profiles/device-profiles.service.js';
import { EntityNameTaken } from './admin-calls.errors.js';
import type { GivenEntity } from './given-entity.rules.js';
import type { OwnPage } from './page-data.rules.js';

/** What ThingsBoard gives to things of no profile in particular. */
const noProfile = 'default';

/** Devices and their profiles, as ThingsBoard's scripts look for them and make them. */
@Injectable()
export class ThingsBoardDevicesService {
  constructor(
    private readonly devices: DevicesService,
    private readonly profiles: DeviceProfilesService,
    private readonly tokens: DeviceAccessTokensService,
    private readonly names: DeviceNamesService,
    private readonly transactions: Transactions,
  ) {}

  async listProfiles(tenant: Tenant, page: OwnPage): Promise<{ rows: KnownDeviceProfile[]; total: number }> {
    return this.profiles.list(tenant, page);
  }

  async list(tenant: Tenant, page: OwnPage): Promise<{ rows: KnownDevice[]; total: number }> {
    return this.devices.list(tenant, page);
  }

  /**
   * With its access token, as there. Of two at once who make one device, scripts or a zero-touch registration, the second
   * is told that it is there. Names are compared as ThingsBoard does it: with case.
   */
  async create(tenant: Tenant, { name, type, profileId }: GivenEntity): Promise<KnownDevice> {
    const id = await this.transactions.run(async (tx) => {
      await this.names.lock(tx, tenant, name);
      if (await this.names.isTaken(tx, tenant, name)) throw new EntityNameTaken('Device');
      const profile = profileId ?? (await this.profileNamed(tx, tenant, type));
      const made = await this.devices.registerIn(tx, tenant, {
        name,
        ...(profile === null ? {} : { profile_id: profile }),
      });
      await this.tokens.ensureFor(tx, tenant, made);
      return made;
    });
    return this.devices.get(tenant, id);
  }

  async showCredentials(tenant: Tenant, deviceId: string): Promise<ShownAccessToken> {
    return this.tokens.show(tenant, deviceId);
  }

  private async profileNamed(tx: Tx, tenant: Tenant, type: string | null): Promise<string | null> {
    if (type === null || type === noProfile) return null;
    const found = await this.profiles.findIdNamed(tx, tenant, type);
    if (found === null) throw new ValidationFailed([{ path: 'type', message: `there is no profile ${type}` }]);
    return found;
  }
}
