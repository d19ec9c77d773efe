import { Injectable } from '@nestjs/common';
import { timeOf } from '../../../core/ids/uuid-v7.js';
import { storableJson } from '../../../core/json/storable-json.js';
import type { DeviceContext } from '../../devices/device-contexts.service.js';
import { withDecoded, type Envelope } from '../../devices/journal/envelope/envelope.contract.js';
import type { StoredEvent } from '../../devices/journal/event-reader.service.js';
import { FunctionsService } from '../../functions/functions.service.js';
import { SandboxService } from '../../functions/sandbox/sandbox.service.js';
import type { DecodedRow } from '../../runs/completion/results.contract.js';
import { awaitsDecoding, codecOf, decodedBy, decodedByCayenne, type Decoded } from './decoding.rules.js';

/** The message that flows get, and the row to commit with what they make of it. */
export interface Decoding {
  envelope: Envelope;
  rows: DecodedRow[];
}

/**
 * Decodes an uplink that came without decoded values by the codec of its device's profile: first in the event's job, so
 * never before the 202, and also when no flow matches. What goes wrong is kept on the event; flows then get no values.
 */
@Injectable()
export class UplinkDecoder {
  constructor(
    private readonly functions: FunctionsService,
    private readonly sandbox: SandboxService,
  ) {}

  async decode(event: StoredEvent, device: DeviceContext, envelope: Envelope): Promise<Decoding> {
    const codec = codecOf(device);
    if (codec === null || !awaitsDecoding(event, envelope)) return { envelope, rows: [] };
    const { decoded, warnings, error } =
      'builtIn' in codec ? decodedByCayenne(envelope) : await this.run(codec.functionId, event, envelope);
    const row: DecodedRow = {
      event_id: event.id,
      tenant_id: event.tenantId,
      device_id: event.deviceId,
      decoded: decoded === null ? null : storableJson(decoded),
      warnings: warnings.length === 0 ? null : storableJson(warnings),
      error: error === null ? null : storableJson(error),
    };
    return { envelope: withDecoded(envelope, decoded), rows: [row] };
  }

  private async run(codecId: string, event: StoredEvent, envelope: Envelope): Promise<Decoded> {
    const code = await this.functions.findCode({ id: event.tenantId }, codecId);
    if (code === null) {
      const message = `the function ${codecId} does not exist any more`;
      return { decoded: null, warnings: [], error: { code: 'function.missing', message } };
    }
    return decodedBy(
      await this.sandbox.call({
        tenantId: event.tenantId,
        functionKey: `${code.id}:${code.version.toString()}`,
        code: code.code,
        inputJson: JSON.stringify(envelope),
        seed: { timeMs: timeOf(event.id), random: `codec:${event.id}` },
        mode: 'codec',
      }),
    );
  }
}
