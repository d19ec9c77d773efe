import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceHistoryService } from '../../devices/journal/history/device-history.service.js';
import type { LiveItem } from '../live-item.contract.js';
import type { LiveSource } from './live-source.js';

/** What devices say, and their turns. */
@Injectable()
export class DeviceEventsSource implements LiveSource {
  readonly kind = 'device_event';
  readonly types = ['device_event', 'status_change'] as const;

  constructor(private readonly history: DeviceHistoryService) {}

  async load(tenant: Tenant, ids: readonly string[]): Promise<LiveItem[]> {
    return (await this.history.getMany(tenant, ids)).map((data) => ({
      type: data.event === 'status_change' ? 'status_change' : 'device_event',
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
