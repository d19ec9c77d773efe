import { ApiProperty } from '@nestjs/swagger';
import { missingFrom } from '../../../../core/json/merge-diff.js';
import type { TwinDocument } from '../device-twin.entity.js';
import { tagOf } from '../target-tag.rules.js';
import type { KnownTwin } from '../twins.repository.js';

/** What a device is to be, what it says it is, and what is between the two. */
export class TwinResponse {
  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the device is to be.',
    example: { config: { interval: 30 } },
  })
  target: TwinDocument;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the device says it is.',
    example: { config: { interval: 60 }, uptime: 86_400 },
  })
  reported: TwinDocument;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'The parts of the target that the device has not reported so, lists as wholes.',
    example: { config: { interval: 30 } },
  })
  difference: TwinDocument;

  @ApiProperty({ description: 'The device has reported all of the target.', example: false })
  in_sync: boolean;

  @ApiProperty({ type: 'integer', description: 'Of the target, from 1; 0 before the first.', example: 3 })
  version: number;

  @ApiProperty({
    format: 'date-time',
    description: 'When the target changed last; before that, when the device was registered.',
  })
  updated_at: string;

  @ApiProperty({ type: 'integer', description: 'Of the reported state, from 1; 0 before the first.', example: 17 })
  reported_version: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a report changed something last. That it reported at all is the device’s `last_seen_at`.',
  })
  reported_at: string | null;

  constructor(twin: KnownTwin) {
    const { version, updated_at } = tagOf(twin);
    const missing = missingFrom(twin.reported, twin.target) as TwinDocument | undefined;
    this.device_id = twin.deviceId;
    this.target = twin.target;
    this.reported = twin.reported;
    this.difference = missing ?? {};
    this.in_sync = missing === undefined;
    this.version = version;
    this.updated_at = updated_at;
    this.reported_version = twin.reportedVersion;
    this.reported_at = twin.reportedAt?.toISOString() ?? null;
  }
}
