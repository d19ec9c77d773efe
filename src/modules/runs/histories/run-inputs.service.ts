import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DecodedValuesService } from '../../devices/journal/decoded/decoded-values.service.js';
import {
  envelopeOf,
  withDecoded,
  type Envelope,
  type EnvelopeDevice,
} from '../../devices/journal/envelope/envelope.contract.js';
import { EventReaderService } from '../../devices/journal/event-reader.service.js';
import { messageOf } from './packed-message.js';
import { RunInputsRepository, type InputKey, type RunOrigin } from './run-inputs.repository.js';

/** The messages that came into some steps, by what names them. */
export class RunInputs {
  constructor(private readonly messages: ReadonlyMap<string, unknown>) {}

  /** Null: the message is past retention. */
  of(key: InputKey): unknown {
    return this.messages.get(nameOf(key)) ?? null;
  }
}

/** Finds what came into steps and deliveries: outputs are stored once, envelopes are built anew from their events. */
@Injectable()
export class RunInputsService {
  constructor(
    private readonly repository: RunInputsRepository,
    private readonly events: EventReaderService,
    private readonly decoded: DecodedValuesService,
  ) {}

  /** A page's inputs together, however many of them are the same. */
  async load(tenant: Tenant, keys: readonly InputKey[]): Promise<RunInputs> {
    const wanted = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const [outputs, origins] = await Promise.all([
      this.repository.outputs(
        tenant,
        wanted.filter((key) => key.input_seq > 0),
      ),
      this.repository.origins(
        tenant,
        wanted.filter((key) => key.input_seq === 0).map((key) => key.run_id),
      ),
    ]);
    const messages = new Map<string, unknown>(await this.envelopesOf(tenant, origins));
    for (const { run_id, seq, output } of outputs) messages.set(nameOf({ run_id, input_seq: seq }), messageOf(output));
    return new RunInputs(messages);
  }

  /** What a run began with; null: its event is past retention. */
  async findEnvelope(tenant: Tenant, runId: string): Promise<Envelope | null> {
    const [envelope] = await this.envelopesOf(tenant, await this.repository.origins(tenant, [runId]));
    return envelope?.[1] ?? null;
  }

  private async envelopesOf(tenant: Tenant, origins: readonly RunOrigin[]): Promise<[string, Envelope][]> {
    const eventIds = [...new Set(origins.map((origin) => origin.event_id))];
    const [events, decoded] = await Promise.all([
      Promise.all(eventIds.map((id) => this.events.find(tenant.id, id))),
      this.decoded.find(tenant, eventIds),
    ]);
    const eventOf = new Map(eventIds.map((id, index) => [id, events[index] ?? null]));
    return origins.flatMap(({ run_id, event_id, context }): [string, Envelope][] => {
      const event = eventOf.get(event_id) ?? null;
      if (event === null) return [];
      const envelope = withDecoded(envelopeOf(event, inOrder(context)), decoded.get(event_id));
      return [[nameOf({ run_id, input_seq: 0 }), envelope]];
    });
  }
}

/** jsonb forgets the order of keys; what is shown reads as what was sent. */
function inOrder({ id, name, dev_eui, mac, labels, profile, metadata, location }: EnvelopeDevice): EnvelopeDevice {
  return { id, name, dev_eui, mac, labels, profile, metadata, location };
}

function nameOf({ run_id, input_seq }: InputKey): string {
  return `${run_id}:${input_seq}`;
}
