import { Injectable } from '@nestjs/common';
import type { Tenant } from '../core/tenancy/tenant.js';
import { Clock } from '../core/time/clock.js';
import { DashboardRepository, type DashboardCounts } from './dashboard.repository.js';

const dayMs = 86_400_000;

/** Says how much a tenant has of everything, and how it goes. */
@Injectable()
export class DashboardService {
  constructor(
    private readonly dashboard: DashboardRepository,
    private readonly clock: Clock,
  ) {}

  /** Today is the day in UTC. */
  async stats(tenant: Tenant): Promise<DashboardCounts & { today: Date }> {
    const nowMs = this.clock.nowMs();
    const today = new Date(nowMs - (nowMs % dayMs));
    return { ...(await this.dashboard.count(tenant, new Date(nowMs), today)), today };
  }
}
