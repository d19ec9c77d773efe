import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { DeviceNotFound } from '../../device.errors.js';
import { DeviceHistoryRepository } from './device-history.repository.js';
import { DeviceHistoryResponse } from './device-history.response.js';
import type { ListDeviceHistoryQuery } from './list-device-history.query.js';

/** Shows people what their devices said, as it was stored. */
@Injectable()
export class DeviceHistoryService {
  constructor(private readonly history: DeviceHistoryRepository) {}

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

  private page(tenant: Tenant, deviceId: string | null, query: ListDeviceHistoryQuery) {
    return readHistory(query, {
      read: (slice) => this.history.list(tenant, deviceId, query, slice),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new DeviceHistoryResponse(row)),
      count: () => this.history.count(tenant, deviceId, query),
    });
  }
}
