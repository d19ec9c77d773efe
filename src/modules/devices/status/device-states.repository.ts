import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceState } from '../device-state.entity.js';

/** What people's edits read and write of a device's state. */
@Injectable()
export class DeviceStatesRepository {
  /** Uplinks write this row too: it is locked after the device's own, and for no longer than it takes. */
  async lock(tx: Tx, tenant: Tenant, deviceId: string): Promise<Row<DeviceState>> {
    const where = { deviceId, tenantId: tenant.id };
    return tx.manager.findOneOrFail(DeviceState, { where, lock: { mode: 'pessimistic_write' } });
  }

  async update(
    tx: Tx,
    { deviceId, status, checkAt }: Pick<DeviceState, 'deviceId' | 'status' | 'checkAt'>,
  ): Promise<void> {
    await tx.manager.update(DeviceState, { deviceId }, { status, checkAt });
  }
}
