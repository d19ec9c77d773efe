import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import type { EventError } from '../../journal/device-event.contract.js';
import { bodyOf } from '../parked-body.rules.js';
import type { ParkedMessage } from '../parked-messages.repository.js';

/** A message of a device that nobody has made yet. */
export class ParkedMessageResponse {
  @ApiProperty({ format: 'uuid', description: 'Its event keeps it.' })
  id: string;

  @ApiProperty({ example: '24E124136D151234' })
  dev_eui: string;

  @ApiProperty({ example: 'up' })
  event: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'The body as it came; `{raw_base64}` where it is no JSON.',
    example: { fCnt: 7, fPort: 2, data: 'AQ==' },
  })
  data: unknown;

  @ApiProperty({ format: 'date-time', description: 'When the message was made.' })
  timestamp: string;

  @ApiProperty({ format: 'date-time', description: 'When it was received here.' })
  received_at: string;

  @ApiPropertyOptional({
    type: Object,
    additionalProperties: true,
    description: 'What was wrong with the message, which was kept all the same.',
    example: { code: 'event.mended', message: 'values that cannot be stored were replaced' },
  })
  error?: EventError;

  constructor({ id, dev_eui, event, body, time, error }: ParkedMessage) {
    this.id = id;
    this.dev_eui = dev_eui;
    this.event = event;
    this.data = bodyOf(body);
    this.timestamp = time.toISOString();
    this.received_at = new Date(timeOf(id)).toISOString();
    if (error !== null) this.error = error;
  }
}
