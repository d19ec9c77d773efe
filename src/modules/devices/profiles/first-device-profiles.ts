import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '../../../core/ids/uuid-v7.js';
import { Clock } from '../../../core/time/clock.js';
import { TenantSetups } from '../../auth/tenant-setups.service.js';

/** Gives each new tenant the profile that gateways of the field are registered with. */
@Injectable()
export class FirstDeviceProfiles implements OnModuleInit {
  constructor(
    private readonly setups: TenantSetups,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.setups.register(async (tx, tenant) => {
      const id = newId(this.clock.nowMs());
      await tx.query(`INSERT INTO device_profiles (id, tenant_id, name) VALUES ($1, $2, 'IoT-Gateway')`, [
        id,
        tenant.id,
      ]);
    });
  }
}
