import { Injectable, type OnModuleInit } from '@nestjs/common';
import { timeOf } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { SampleEvents, type SampleEvent } from '../functions/sample-events.service.js';
import { DeviceContexts } from './device-contexts.service.js';
import { DecodedValuesService } from './journal/decoded/decoded-values.service.js';
import { envelopeDevice, envelopeOf, withDecoded } from './journal/envelope/envelope.contract.js';
import { EventReaderService } from './journal/event-reader.service.js';

/** Offers stored events, as a flow would get them, to those who try a function. */
@Injectable()
export class StoredSamples implements OnModuleInit {
  constructor(
    private readonly sampleEvents: SampleEvents,
    private readonly events: EventReaderService,
    private readonly contexts: DeviceContexts,
    private readonly decoded: DecodedValuesService,
  ) {}

  onModuleInit(): void {
    this.sampleEvents.register((tenant, id) => this.find(tenant, id));
  }

  private async find(tenant: Tenant, id: string): Promise<SampleEvent | null> {
    const event = await this.events.find(tenant.id, id);
    if (event === null) return null;
    const { tenantId, deviceId } = event;
    const device = (await this.contexts.contextsOf([{ tenantId, deviceId }])).get(deviceId);
    if (device === undefined) return null;
    const decoded = (await this.decoded.find(tenant, [id])).get(id);
    const envelope = withDecoded(envelopeOf(event, envelopeDevice(device)), decoded);
    return { envelope, receivedAtMs: timeOf(event.id) };
  }
}
