import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { destinationTypes, type DestinationRef } from '../channels/channels.service.js';
import { DeliveryResponse } from '../histories/dto/delivery-history.response.js';
import { HistorySubjectsRepository } from '../histories/history-subjects.repository.js';
import { DeliveryHistoryService } from '../histories/delivery-history.service.js';
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
    private readonly history: DeliveryHistoryService,
    private readonly deliveries: ReplayedDeliveriesRepository,
    private readonly replays: ReplaysService,
    private readonly subjects: HistorySubjectsRepository,
    private readonly givingUp: GivingUpService,
  ) {}

  async list(tenant: Tenant, query: ListDeliveriesQuery): Promise<CursorPage<DeliveryResponse>> {
    const wanted = destinationTypes.flatMap((type) => {
      const id = query[`${type}_id`];
      return id === undefined ? [] : [{ type, id }];
    });
    const [destination, other] = wanted;
    if (other !== undefined) throw new ValidationFailed([{ path: `${other.type}_id`, message: 'excludes the other' }]);
    return destination === undefined
      ? this.history.list(tenant, {}, query, DeliveryResponse)
      : this.history.listOf(tenant, destination, query, DeliveryResponse);
  }

  async get(tenant: Tenant, id: string): Promise<DeliveryResponse> {
    const delivery = await this.deliveries.find(tenant, id);
    if (delivery === null) throw new NoSuchDelivery();
    const destination = { type: delivery.destination_type, id: delivery.destination_id };
    return this.history.get(tenant, destination, id, DeliveryResponse);
  }

  async replay(tenant: Tenant, id: string): Promise<DeliveryResponse> {
    await this.replays.replayOne(tenant, id);
    return this.get(tenant, id);
  }

  async giveUp(tenant: Tenant, id: string): Promise<DeliveryResponse> {
    const isGivenUp = await this.givingUp.giveUp(tenant, id);
    const delivery = await this.get(tenant, id);
    if (!isGivenUp) throw new DeliveryDoesNotWait();
    return delivery;
  }

  async giveUpAll(tenant: Tenant, { type, id }: DestinationRef): Promise<number> {
    await this.subjects.assertKnown(tenant, type, id);
    return this.givingUp.giveUpAll(tenant, { type, id });
  }
}
