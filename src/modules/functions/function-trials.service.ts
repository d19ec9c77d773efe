import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { FunctionsService } from './functions.service.js';
import { sampleEnvelope } from './sample-envelope.rules.js';
import { SampleEvents } from './sample-events.service.js';
import type { SandboxResult } from './sandbox/sandbox.contract.js';
import { SandboxService } from './sandbox/sandbox.service.js';

/** On what a function is tried: one of the two, or a sample that is made up whole. */
interface Subject {
  sample?: Record<string, unknown> | null;
  device_event_id?: string | null;
}

interface Trial {
  envelope: object;
  receivedAtMs: number;
  eventId: string;
}

/** Tries functions on samples and stored events, under the same limits as in a flow. */
@Injectable()
export class FunctionTrials {
  constructor(
    private readonly functions: FunctionsService,
    private readonly sampleEvents: SampleEvents,
    private readonly sandbox: SandboxService,
    private readonly clock: Clock,
  ) {}

  async tryStored(tenant: Tenant, id: string, subject: Subject): Promise<SandboxResult> {
    const { code } = await this.functions.get(tenant, id);
    return this.tryCode(tenant, code, subject);
  }

  async tryCode(tenant: Tenant, code: string, subject: Subject): Promise<SandboxResult> {
    const { envelope, receivedAtMs, eventId } = await this.trialOf(tenant, subject);
    return this.sandbox.call({
      tenantId: tenant.id,
      // Not the function's own key: a source that is only tried must not put the one in use into quarantine.
      functionKey: `trial:${tenant.id}:${createHash('sha256').update(code).digest('base64url')}`,
      code,
      inputJson: JSON.stringify(envelope),
      seed: { timeMs: receivedAtMs, random: eventId },
      mode: 'auto',
    });
  }

  private async trialOf(tenant: Tenant, { sample, device_event_id }: Subject): Promise<Trial> {
    if (typeof device_event_id === 'string') {
      if (sample !== undefined && sample !== null) throw refusal('give a sample or a device_event_id, not both');
      const stored = await this.sampleEvents.find(tenant, device_event_id.toLowerCase());
      if (stored === null) throw refusal('there is no such event');
      return { ...stored, eventId: device_event_id };
    }
    const nowMs = this.clock.nowMs();
    const eventId = newId(nowMs);
    return { envelope: sampleEnvelope(sample ?? {}, { eventId, nowMs }), receivedAtMs: nowMs, eventId };
  }
}

function refusal(message: string): ValidationFailed {
  return new ValidationFailed([{ path: 'device_event_id', message }]);
}
