import { Injectable } from '@nestjs/common';
import { sanitiseJson } from '../../../core/json/sanitise-json.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { Receipt } from '../../devices/journal/device-event.contract.js';
import { JournalService } from '../../devices/journal/journal.service.js';
import { DeviceRates } from '../../devices/keys/device-rates.service.js';
import { PayloadIsNoObject } from './gateway.errors.js';

/** A message of a device that speaks for itself. */
export interface Telemetry {
  tenant: Tenant;
  deviceId: string;
  body: Buffer;
  /** What its sender calls it: the same again is a duplicate. */
  idempotencyKey: string | undefined;
}

/** What happens to what a device sends with its own key: hold it to its rate, look at its form, hand it to the journal. */
@Injectable()
export class GatewayIngestService {
  constructor(
    private readonly journal: JournalService,
    private readonly rates: DeviceRates,
    private readonly clock: Clock,
  ) {}

  async receive({ tenant, deviceId, body, idempotencyKey }: Telemetry): Promise<Receipt> {
    this.rates.take(deviceId);
    const { faults } = sanitiseJson(objectIn(body));
    const nowMs = this.clock.nowMs();
    const [receipt] = await this.journal.append([
      {
        tenantId: tenant.id,
        source: 'gateway',
        devEui: '',
        deviceId,
        event: 'telemetry',
        timeMs: nowMs,
        receivedAtMs: nowMs,
        fCnt: null,
        fPort: null,
        deduplicationId: idempotencyKey ?? null,
        body,
        error:
          faults.length === 0
            ? null
            : { code: 'event.mended', message: 'values that cannot be stored were replaced', faults },
      },
    ]);
    if (receipt === undefined) throw new Error('the journal gave no receipt');
    return receipt;
  }
}

function objectIn(body: Buffer): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body.toString());
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // Said below: the firmware reads one text for all of it.
  }
  throw new PayloadIsNoObject();
}
