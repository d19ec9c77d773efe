import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DevicesService } from '../../devices/devices.service.js';
import type { NodeKind } from './node-kind.js';

/** Fires on the events of one device. */
@Injectable()
export class DeviceNodeKind implements NodeKind {
  readonly type = 'device';
  readonly isTrigger = true;

  constructor(private readonly devices: DevicesService) {}

  existing(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly string[]> {
    return this.devices.idsForUse(tx, tenant, ids);
  }
}
