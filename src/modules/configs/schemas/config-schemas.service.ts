import { Injectable } from '@nestjs/common';
import { SchemaCheck } from '../../../core/json/json-schema.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DevicesService } from '../../devices/devices.service.js';
import { DeviceProfilesService } from '../../devices/profiles/device-profiles.service.js';
import { ConfigUnfit } from '../config.errors.js';
import type { ConfigContent } from '../config.rules.js';

/** Looks at contents, as the profile of their device says. */
export interface ProfileCheck {
  /** @throws ConfigUnfit */
  assertFits(content: ConfigContent): void;
}

const anything: ProfileCheck = { assertFits: () => undefined };

/** Holds configs to the JSON Schema of their device's profile, where there is a device, a profile and a schema. */
@Injectable()
export class ConfigSchemas {
  constructor(
    private readonly devices: DevicesService,
    private readonly profiles: DeviceProfilesService,
  ) {}

  /** @throws ConfigUnfit */
  async assertFits(tenant: Tenant, mac: string, content: ConfigContent): Promise<void> {
    const [device] = await this.devices.listAfter(tenant, { mac }, null, 1);
    (await this.checkOf(tenant, device?.profileId ?? null)).assertFits(content);
  }

  /** To be kept for as many configs as are looked at in one go, and no longer: schemas change. */
  async checkOf(tenant: Tenant, profileId: string | null): Promise<ProfileCheck> {
    if (profileId === null) return anything;
    const { name, configSchema } = await this.profiles.get(tenant, profileId);
    if (configSchema === null) return anything;
    const check = new SchemaCheck(configSchema);
    return {
      assertFits: (content) => {
        const faults = check.faultsOf(content, 'content');
        if (faults.length > 0) throw new ConfigUnfit(name, faults);
      },
    };
  }
}
