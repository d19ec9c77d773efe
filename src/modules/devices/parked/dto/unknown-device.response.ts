import { ApiProperty } from '@nestjs/swagger';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import { countLimit } from '../../../../core/http/paging/page.js';
import type { UnknownDevice } from '../parked-messages.repository.js';
import { deviceNameIn } from '../parked-body.rules.js';

/** A DevEUI that messages are parked under. */
export class UnknownDeviceResponse {
  @ApiProperty({ description: 'As the messages said it; empty: they said none.', example: '24E124136D151234' })
  dev_eui: string;

  @ApiProperty({ description: 'How many messages wait; counted to 10,000.', example: 12 })
  count: number;

  @ApiProperty({ format: 'date-time', description: 'When the oldest of them was received.' })
  first_seen_at: string;

  @ApiProperty({ format: 'date-time', description: 'When the newest was.' })
  last_seen_at: string;

  @ApiProperty({ type: String, nullable: true, description: 'What the newest is.', example: 'up' })
  last_event: string | null;

  @ApiProperty({ type: [String], description: 'What the newest messages call it.', example: ['room-12'] })
  names: string[];

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The device that was made meanwhile, without taking over what is parked.',
  })
  device_id: string | null;

  constructor({ dev_eui, count, first_id, newest, device_id }: UnknownDevice) {
    const last = newest[0];
    this.dev_eui = dev_eui;
    this.count = Math.min(count, countLimit);
    this.first_seen_at = new Date(timeOf(first_id)).toISOString();
    this.last_seen_at = new Date(timeOf(last?.id ?? first_id)).toISOString();
    this.last_event = last?.event ?? null;
    this.names = [...new Set(newest.flatMap(({ body }) => deviceNameIn(body) ?? []))];
    this.device_id = device_id;
  }
}
