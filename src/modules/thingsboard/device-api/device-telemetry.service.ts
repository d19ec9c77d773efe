import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/time/clock.js';
import type { DevicePrincipal } from '../../auth/principal.decorator.js';
import { JournalService } from '../../devices/journal/journal.service.js';
import { DeviceRates } from '../../devices/keys/device-rates.service.js';
import { telemetryIn } from './telemetry-body.rules.js';

/** So many messages in one request weigh what one request of one message does. */
const messagesPerRequest = 50;

/** What happens to telemetry of ThingsBoard's kind: look at its form, hand each message to the journal. */
@Injectable()
export class DeviceTelemetryService {
  constructor(
    private readonly journal: JournalService,
    private readonly rates: DeviceRates,
    private readonly clock: Clock,
  ) {}

  /** All of it is on disk when this answers; when it throws, the device may send the same again. */
  async receive({ tenant, deviceId }: DevicePrincipal, bytes: Buffer, idempotencyKey?: string): Promise<void> {
    const receivedAtMs = this.clock.nowMs();
    const messages = telemetryIn(bytes, receivedAtMs);
    const furtherRequests = Math.ceil(messages.length / messagesPerRequest) - 1;
    if (furtherRequests > 0) this.rates.take(deviceId, furtherRequests);
    await this.journal.append(
      messages.map(({ timeMs, body, error }, index) => ({
        ...{ tenantId: tenant.id, source: 'thingsboard', devEui: '', deviceId, event: 'telemetry' },
        ...{ timeMs, receivedAtMs, fCnt: null, fPort: null, body, error },
        deduplicationId: idempotencyKey === undefined ? null : `${idempotencyKey}#${index.toString()}`,
      })),
    );
  }
}
