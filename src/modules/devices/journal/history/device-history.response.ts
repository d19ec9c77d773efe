import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import { sanitiseJson } from '../../../../core/json/sanitise-json.js';
import { unpack } from '../../../../core/packing/packed.js';
import type { EventError } from '../device-event.contract.js';
import type { DeviceHistoryRow } from './device-history.repository.js';

/** Whose history it is. */
export class HistoryDeviceResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, example: 'Room 12' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'A84041FFFF1234AB' })
  dev_eui: string | null;

  constructor(row: DeviceHistoryRow) {
    this.id = row.device_id;
    this.name = row.device_name;
    this.dev_eui = row.dev_eui;
  }
}

/** One message from or about a device. */
export class DeviceHistoryResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ type: HistoryDeviceResponse })
  device: HistoryDeviceResponse;

  @ApiProperty({ example: 'up' })
  event: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'The body as it came; `{raw_base64}` where it is no JSON.',
    example: { fCnt: 7, fPort: 2, data: 'AQ==', object: { temperature: 27.2 } },
  })
  data: unknown;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'The named readings, by the device’s codec or by whoever sent the message.',
    example: { temperature: 27.2 },
  })
  decoded: unknown;

  @ApiProperty({ format: 'date-time', description: 'When the message was made.' })
  timestamp: string;

  @ApiProperty({ format: 'date-time', description: 'When it was received here.' })
  received_at: string;

  @ApiPropertyOptional({
    type: Object,
    additionalProperties: true,
    description: 'What was wrong with the message, which was kept all the same.',
    example: { code: 'json.nul_character', message: 'the body held characters that cannot be stored' },
  })
  error?: EventError;

  @ApiPropertyOptional({ type: [String], description: 'What the device’s codec warned of.', example: ['battery low'] })
  decode_warnings?: string[];

  @ApiPropertyOptional({
    type: Object,
    additionalProperties: true,
    description: 'Why the device’s codec could not decode the message.',
    example: { code: 'sandbox.threw', message: 'TypeError: cannot read property', line: 3, column: 7 },
  })
  decode_error?: EventError;

  constructor(row: DeviceHistoryRow) {
    const data = dataOf(unpack(row.body));
    this.id = row.id;
    this.device_id = row.device_id;
    this.device = new HistoryDeviceResponse(row);
    this.event = row.event;
    this.data = data;
    this.decoded = row.decoding?.decoded ?? readingsOf(row.event, data);
    this.timestamp = row.time.toISOString();
    this.received_at = new Date(timeOf(row.id)).toISOString();
    if (row.error !== null) this.error = row.error;
    const warnings = row.decoding?.warnings ?? null;
    const decodeError = row.decoding?.error ?? null;
    if (warnings !== null) this.decode_warnings = warnings;
    if (decodeError !== null) this.decode_error = decodeError;
  }
}

function dataOf(body: Buffer): unknown {
  try {
    return sanitiseJson(JSON.parse(body.toString())).value;
  } catch {
    return { raw_base64: body.toString('base64') };
  }
}

/** What ChirpStack decoded, where no codec of ours did. */
function readingsOf(event: string, data: unknown): unknown {
  const isUplink = event === 'up' && typeof data === 'object' && data !== null && 'object' in data;
  return isUplink ? data.object : null;
}
