import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceNotFound } from '../device.errors.js';
import type { ListTwinHistoryQuery } from './dto/list-twin-history.query.js';
import { TwinChangeResponse } from './dto/twin-change.response.js';
import { TwinHistoryRepository } from './twin-history.repository.js';

/** Shows how twins came to be what they are. */
@Injectable()
export class TwinHistoryService {
  constructor(private readonly history: TwinHistoryRepository) {}

  async listOf(tenant: Tenant, deviceId: string, query: ListTwinHistoryQuery): Promise<CursorPage<TwinChangeResponse>> {
    if (!(await this.history.wasRegistered(tenant, deviceId))) throw new DeviceNotFound();
    return readHistory(query, {
      read: (slice) => this.history.list(tenant, deviceId, query, slice),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new TwinChangeResponse(row)),
      count: () => this.history.count(tenant, deviceId, query),
    });
  }

  /** Those of the ids that are changes of the tenant's twins. */
  async getMany(tenant: Tenant, ids: readonly string[]): Promise<TwinChangeResponse[]> {
    return (await this.history.findMany(tenant, ids)).map((row) => new TwinChangeResponse(row));
  }

  /** The ids of changes that were made since then, oldest first. */
  async idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]> {
    return this.history.idsSince(tenant, fromMs, limit);
  }
}
