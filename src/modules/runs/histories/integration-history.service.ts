import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeliveryHistoryRepository } from './delivery-history.repository.js';
import type { DeliveryRow } from './delivery-history.sql.js';
import { IntegrationHistoryResponse } from './dto/integration-history.response.js';
import type { ListIntegrationHistoryQuery } from './dto/list-integration-history.query.js';
import { DeliveryNotFound } from './history.errors.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { messageOf } from './packed-message.js';
import { RunInputsService } from './run-inputs.service.js';

/** Shows people what was delivered, what waits and what failed. */
@Injectable()
export class IntegrationHistoryService {
  constructor(
    private readonly deliveries: DeliveryHistoryRepository,
    private readonly subjects: HistorySubjectsRepository,
    private readonly inputs: RunInputsService,
  ) {}

  async listAll(tenant: Tenant, query: ListIntegrationHistoryQuery): Promise<CursorPage<IntegrationHistoryResponse>> {
    return this.page(tenant, null, query);
  }

  async listOf(
    tenant: Tenant,
    integrationId: string,
    query: ListIntegrationHistoryQuery,
  ): Promise<CursorPage<IntegrationHistoryResponse>> {
    await this.subjects.assertKnown(tenant, 'integration', integrationId);
    return this.page(tenant, integrationId, query);
  }

  async get(tenant: Tenant, integrationId: string, deliveryId: string): Promise<IntegrationHistoryResponse> {
    const row = await this.deliveries.find(tenant, integrationId, deliveryId);
    const [shown] = await this.show(tenant, row === null ? [] : [row]);
    if (shown !== undefined) return shown;
    await this.subjects.assertKnown(tenant, 'integration', integrationId);
    throw new DeliveryNotFound();
  }

  private page(tenant: Tenant, integrationId: string | null, query: ListIntegrationHistoryQuery) {
    return readHistory(query, {
      read: (slice) => this.deliveries.list(tenant, integrationId, query, slice),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => this.show(tenant, rows),
      count: () => this.deliveries.count(tenant, integrationId, query),
    });
  }

  /** What waits has its message with it, and outlives the retention of its run; what ended refers to its run's. */
  private async show(tenant: Tenant, rows: readonly DeliveryRow[]): Promise<IntegrationHistoryResponse[]> {
    const ended = rows.filter((row) => row.payload === null);
    const inputs = await this.inputs.load(tenant, ended);
    return rows.map((row) => {
      const message = row.payload === null ? inputs.of(row) : messageOf(row.payload);
      return new IntegrationHistoryResponse(row, message);
    });
  }
}
