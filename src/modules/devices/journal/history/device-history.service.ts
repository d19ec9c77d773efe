import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../../core/http/paging/read-history.js';
import { RecentFirst } from '../../../../core/http/paging/recent-first.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { DeviceNotFound } from '../../device.errors.js';
import { DeviceHistoryRepository } from './device-history.repository.js';
import { DeviceHistoryResponse } from './device-history.response.js';
import type { ListDeviceHistoryQuery } from './list-device-history.query.js';

/** Shows people what their devices said, as it was stored. */
@Injectable()
export class DeviceHistoryService {
  constructor(
    private readonly history: DeviceHistoryRepository,
    private readonly recent: RecentFirst,
  ) {}

  async listAll(tenant: Tenant, query: ListDeviceHistoryQuery): Promise<CursorPage<DeviceHistoryResponse>> {
    return this.page(tenant, null, query);
  }

  async listOf(
    tenant: Tenant,
    deviceId: string,
    query: ListDeviceHistoryQuery,
  ): Promise<CursorPage<DeviceHistoryResponse>> {
    if (!(await this.history.wasRegistered(tenant, deviceId))) throw new DeviceNotFound();
    return this.page(tenant, deviceId, query);
  }

  /** Those of the ids that are events of the tenant. */
  async getMany(tenant: Tenant, ids: readonly string[]): Promise<DeviceHistoryResponse[]> {
    return (await this.history.findMany(tenant, ids)).map((row) => new DeviceHistoryResponse(row));
  }

  /** The ids of events that were received since then, oldest first. */
  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    return this.history.idsSince(tenant, fromMs, limit);
  }

  private page(tenant: Tenant, deviceId: string | null, query: ListDeviceHistoryQuery) {
    return readHistory(query, {
      read: (slice) => this.recent.read(slice, (part) => this.history.list(tenant, deviceId, query, part)),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new DeviceHistoryResponse(row)),
      count: () => this.history.count(tenant, deviceId, query),
    });
  }
}
