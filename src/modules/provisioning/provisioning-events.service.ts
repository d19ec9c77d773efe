import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/time/clock.js';
import { JournalService } from '../devices/journal/journal.service.js';

interface Provisioned {
  tenantId: string;
  deviceId: string;
  /** What it was done with: the same again is the same event. */
  id: string;
}

/** What flows hear of a registration. */
export interface RegisteredSaid {
  provisioning_key_id: string;
  uuid: string;
  device_name: string;
  /** Whether the device was made by it. */
  is_first: boolean;
  /** What the device told of itself, as it told it. */
  details: Readonly<Record<string, unknown>>;
}

/**
 * Says in the journal what happened to devices, so that flows take it and histories show it: `device_claimed`,
 * `device_registered`. Said before the device is answered: where it cannot be, the device asks again.
 */
@Injectable()
export class ProvisioningEventsService {
  constructor(
    private readonly journal: JournalService,
    private readonly clock: Clock,
  ) {}

  async claimed(token: Provisioned): Promise<void> {
    await this.say(token, 'device_claimed', { token_id: token.id });
  }

  async registered(registration: Provisioned, said: RegisteredSaid): Promise<void> {
    await this.say(registration, 'device_registered', { registration_id: registration.id, ...said });
  }

  private async say({ tenantId, deviceId, id }: Provisioned, event: string, said: object): Promise<void> {
    const nowMs = this.clock.nowMs();
    await this.journal.append([
      {
        ...{ tenantId, source: 'provisioning', devEui: '', deviceId, event, fCnt: null, fPort: null, error: null },
        ...{ timeMs: nowMs, receivedAtMs: nowMs, deduplicationId: id },
        body: Buffer.from(JSON.stringify({ device_id: deviceId, ...said })),
      },
    ]);
  }
}
