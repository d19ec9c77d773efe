import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeliveryHistoryService } from '../../runs/histories/delivery-history.service.js';
import type { LiveItem } from '../live-item.contract.js';
import { lookBackMs, type LiveSource } from './live-source.js';

/** Deliveries that have failed for good. */
@Injectable()
export class DeliveriesSource implements LiveSource {
  readonly kind = 'delivery';
  readonly types = ['delivery_failed'] as const;

  constructor(private readonly history: DeliveryHistoryService) {}

  async load(tenant: Tenant, ids: readonly string[]): Promise<LiveItem[]> {
    return (await this.history.getManyEnded(tenant, ids)).map((data) => ({
      type: 'delivery_failed',
      id: data.id,
      deviceId: null,
      flowId: data.flow_id,
      data,
    }));
  }

  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    return this.history.idsFailedSince(tenant, fromMs, fromMs - lookBackMs, limit);
  }
}
