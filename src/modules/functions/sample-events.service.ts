import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** A stored event as functions get it. */
export interface SampleEvent {
  /** The envelope as a flow would hand it over. */
  envelope: object;
  /** When the event was received: the sandbox's clock stands there. */
  receivedAtMs: number;
}

/** What functions ask of the modules that know stored events; null when the tenant has no such event. */
export type SampleEventReader = (tenant: Tenant, deviceEventId: string) => Promise<SampleEvent | null>;

/** Where an upper module offers its stored events for trying functions on. */
@Injectable()
export class SampleEvents {
  private reader: SampleEventReader | undefined;

  /** Called once, in onModuleInit of the module that makes envelopes of events. */
  register(reader: SampleEventReader): void {
    if (this.reader !== undefined) throw new Error('two modules offer stored events');
    this.reader = reader;
  }

  async find(tenant: Tenant, deviceEventId: string): Promise<SampleEvent | null> {
    return this.reader === undefined ? null : this.reader(tenant, deviceEventId);
  }
}
