import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { ProvisioningKeysService } from '../keys/provisioning-keys.service.js';
import { RegistrationsRepository, type RegisteredDevice } from './registrations.repository.js';

/** Says which devices registered with a provisioning key. */
@Injectable()
export class RegisteredDevicesService {
  constructor(
    private readonly keys: ProvisioningKeysService,
    private readonly registrations: RegistrationsRepository,
  ) {}

  async list(
    tenant: Tenant,
    provisioningKeyId: string,
    page: { skip: number; limit: number },
  ): Promise<{ rows: RegisteredDevice[]; total: number }> {
    await this.keys.get(tenant, provisioningKeyId);
    const { skip, limit } = page;
    return this.registrations.list(tenant, provisioningKeyId, { skip, limit });
  }
}
