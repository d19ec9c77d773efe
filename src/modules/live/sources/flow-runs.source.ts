import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FlowHistoryService } from '../../runs/histories/flow-history.service.js';
import type { LiveItem } from '../live-item.contract.js';
import { lookBackMs, type LiveSource } from './live-source.js';

/** Runs that have come to their end. */
@Injectable()
export class FlowRunsSource implements LiveSource {
  readonly kind = 'flow_run';
  readonly types = ['flow_run'] as const;

  constructor(private readonly history: FlowHistoryService) {}

  async load(tenant: Tenant, ids: readonly string[]): Promise<LiveItem[]> {
    const runs = await this.history.getMany(tenant, ids);
    // News come of runs that went on, too.
    return runs
      .filter(({ status }) => status !== 'running')
      .map((data) => ({
        type: 'flow_run',
        id: data.id,
        deviceId: data.device_id,
        flowId: data.flow_id,
        data,
      }));
  }

  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    return this.history.idsEndedSince(tenant, fromMs, fromMs - lookBackMs, limit);
  }
}
