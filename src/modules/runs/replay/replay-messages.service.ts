import { Injectable } from '@nestjs/common';
import { pack } from '../../../core/packing/packed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { RunInputsService } from '../histories/run-inputs.service.js';
import type { FinishedDelivery, Wanted } from './replayed-deliveries.repository.js';

/** Finds what finished deliveries carried, as far as the database cannot do that by itself: envelopes are made anew. */
@Injectable()
export class ReplayMessagesService {
  constructor(private readonly inputs: RunInputsService) {}

  async withMessages(tenant: Tenant, deliveries: readonly FinishedDelivery[]): Promise<Wanted[]> {
    const enveloped = deliveries.filter((delivery) => delivery.input_seq === 0);
    const messages = await this.inputs.load(tenant, enveloped);
    return deliveries.map((delivery) => {
      const message = delivery.input_seq === 0 ? messages.of(delivery) : null;
      return { id: delivery.id, payload: message === null ? null : pack(JSON.stringify(message)) };
    });
  }
}
