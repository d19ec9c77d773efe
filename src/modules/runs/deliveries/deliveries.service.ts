import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { IntegrationHistoryResponse } from '../histories/dto/integration-history.response.js';
import { HistorySubjectsRepository } from '../histories/history-subjects.repository.js';
import { IntegrationHistoryService } from '../histories/integration-history.service.js';
import { NoSuchDelivery } from '../replay/replay.errors.js';
import { ReplayedDeliveriesRepository } from '../replay/replayed-deliveries.repository.js';
import { ReplaysService } from '../replay/replays.service.js';
import { DeliveryDoesNotWait } from './giving-up/giving-up.errors.js';
import { GivingUpService } from './giving-up/giving-up.service.js';
import type { ListDeliveriesQuery } from './dto/list-deliveries.query.js';

/** Finds deliveries for people; makes them again, or gives them up. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly history: IntegrationHistoryService,
    private readonly deliveries: ReplayedDeliveriesRepository,
    private readonly replays: ReplaysService,
    private readonly subjects: HistorySubjectsRepository,
    private readonly givingUp: GivingUpService,
  ) {}

  async list(tenant: Tenant, query: ListDeliveriesQuery): Promise<CursorPage<IntegrationHistoryResponse>> {
    const { integration_id } = query;
    return integration_id === undefined
      ? this.history.listAll(tenant, query)
      : this.history.listOf(tenant, integration_id, query);
  }

  async get(tenant: Tenant, id: string): Promise<IntegrationHistoryResponse> {
    const delivery = await this.deliveries.find(tenant, id);
    if (delivery === null) throw new NoSuchDelivery();
    return this.history.get(tenant, delivery.integration_id, id);
  }

  async replay(tenant: Tenant, id: string): Promise<IntegrationHistoryResponse> {
    await this.replays.replayOne(tenant, id);
    return this.get(tenant, id);
  }

  async giveUp(tenant: Tenant, id: string): Promise<IntegrationHistoryResponse> {
    const isGivenUp = await this.givingUp.giveUp(tenant, id);
    const delivery = await this.get(tenant, id);
    if (!isGivenUp) throw new DeliveryDoesNotWait();
    return delivery;
  }

  async giveUpAll(tenant: Tenant, integrationId: string): Promise<number> {
    await this.subjects.assertKnown(tenant, 'integration', integrationId);
    return this.givingUp.giveUpAll(tenant, integrationId);
  }
}
