import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { sampleEnvelope } from './sample-envelope.rules.js';
import { SampleEvents } from './sample-events.service.js';

/** What something is tried on: one of the two, or a sample that is made up whole. */
export interface SampleSubject {
  sample?: Record<string, unknown> | null;
  device_event_id?: string | null;
}

/** A message to try something on. */
export interface SampleMessage {
  envelope: object;
  receivedAtMs: number;
  eventId: string;
  /** Of an event that is stored; else somebody typed it. */
  isStored: boolean;
}

/** Makes the message that functions and flows are tried on, of what somebody typed or of a stored event. */
@Injectable()
export class SampleMessages {
  constructor(
    private readonly sampleEvents: SampleEvents,
    private readonly clock: Clock,
  ) {}

  async of(tenant: Tenant, { sample, device_event_id }: SampleSubject): Promise<SampleMessage> {
    if (typeof device_event_id === 'string') {
      if (sample !== undefined && sample !== null) throw refusal('give a sample or a device_event_id, not both');
      const stored = await this.sampleEvents.find(tenant, device_event_id.toLowerCase());
      if (stored === null) throw refusal('there is no such event');
      return { ...stored, eventId: device_event_id.toLowerCase(), isStored: true };
    }
    const nowMs = this.clock.nowMs();
    const eventId = newId(nowMs);
    const envelope = sampleEnvelope(sample ?? {}, { eventId, nowMs });
    return { envelope, receivedAtMs: nowMs, eventId, isStored: false };
  }
}

function refusal(message: string): ValidationFailed {
  return new ValidationFailed([{ path: 'device_event_id', message }]);
}
