import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/time/clock.js';
import type { Principal } from '../auth/principal.decorator.js';
import { JournalService } from '../devices/journal/journal.service.js';
import type { DeviceEvent, Receipt } from '../devices/journal/device-event.contract.js';
import { AutoRegistration } from './auto-registration.js';
import { readChirpStackBody } from './chirpstack/chirpstack-body.rules.js';
import { normaliseChirpStack } from './chirpstack/normalise-chirpstack.rules.js';
import type { IngestAnswer } from './dto/ingest.answer.js';

/** What ChirpStack posted, as it came. */
export interface ChirpStackPost {
  /** From the query: `up`, `join` … */
  eventName: string | undefined;
  contentType: string;
  bytes: Buffer;
}

/** What happens to one posted message before it is answered: parse, normalise, hand to the journal. No user code. */
@Injectable()
export class IngestService {
  constructor(
    private readonly journal: JournalService,
    private readonly autoRegistration: AutoRegistration,
    private readonly clock: Clock,
  ) {}

  async receiveChirpStack(
    principal: Principal,
    { eventName, contentType, bytes }: ChirpStackPost,
  ): Promise<IngestAnswer> {
    const receivedAtMs = this.clock.nowMs();
    const { json, body } = readChirpStackBody(bytes, eventName, contentType);
    const event = normaliseChirpStack({ tenantId: principal.tenant.id, eventName, body, json, receivedAtMs });
    const [receipt] = await this.journal.append([event]);
    if (receipt === undefined) throw new Error('the journal gave no receipt');
    // Known devices do not get here: what this costs is paid once in a device's life.
    const deviceId = receipt.parked ? await this.autoRegistration.deviceFor(principal, event, json) : null;
    return answerOf(event, deviceId === null ? receipt : { ...receipt, deviceId, parked: false });
  }
}

function answerOf(event: DeviceEvent, receipt: Receipt): IngestAnswer {
  const answer = {
    success: !receipt.parked,
    event_id: receipt.eventId,
    device_id: receipt.deviceId,
    dev_eui: event.devEui,
    duplicate: receipt.duplicate,
    received_at: new Date(event.receivedAtMs).toISOString(),
  };
  if (receipt.spooled) return { ...answer, spooled: true };
  if (!receipt.parked) return answer;
  return { ...answer, error: event.devEui === '' ? 'missing_dev_eui' : 'unknown_device', parked: true };
}
