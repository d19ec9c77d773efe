import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { TwinHistoryService } from '../../devices/twin/twin-history.service.js';
import type { LiveItem } from '../live-item.contract.js';
import type { LiveSource } from './live-source.js';

/** What devices are to be and what they say they are, as it changes. */
@Injectable()
export class TwinChangesSource implements LiveSource {
  readonly kind = 'twin_change';
  readonly types = ['twin_change'] as const;

  constructor(private readonly history: TwinHistoryService) {}

  async load(tenant: Tenant, ids: readonly string[]): Promise<LiveItem[]> {
    return (await this.history.getMany(tenant, ids)).map((data) => ({
      type: 'twin_change',
      id: data.id,
      deviceId: data.device_id,
      flowId: null,
      data,
    }));
  }

  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    return this.history.idsSince(tenant, fromMs, limit);
  }
}
