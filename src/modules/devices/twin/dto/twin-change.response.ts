import { ApiProperty } from '@nestjs/swagger';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import type { ActorKind } from '../../../auth/audit/audit-entry.contract.js';
import type { TwinDocument } from '../device-twin.entity.js';
import { twinSides, type TwinSide } from '../twin-change.entity.js';
import type { TwinHistoryRow } from '../twin-history.repository.js';

/** Who changed a side of a twin. */
export class TwinActorResponse {
  @ApiProperty({
    enum: ['user', 'api_key', 'device', 'system'],
    description: 'What is reported, the device itself.',
    example: 'user',
  })
  kind: ActorKind;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  id: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As it was then; a device’s as it is.',
    example: 'johndoe',
  })
  name: string | null;

  constructor({ actorKind, actorId, actorName, deviceName }: TwinHistoryRow) {
    this.kind = actorKind;
    this.id = actorId;
    this.name = actorKind === 'device' ? deviceName : actorName;
  }
}

/** One change of one side of a twin. */
export class TwinChangeResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ format: 'date-time', description: 'When it was made.' })
  timestamp: string;

  @ApiProperty({ enum: twinSides, example: 'target' })
  side: TwinSide;

  @ApiProperty({ type: 'integer', description: 'The version of the side that it made.', example: 3 })
  version: number;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'The merge patch that makes this version of the one before.',
    example: { config: { interval: 30 } },
  })
  change: TwinDocument;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    nullable: true,
    description: 'The whole target as it was from then on; null for reported states.',
    example: { config: { interval: 30, channel: 6 } },
  })
  document: TwinDocument | null;

  @ApiProperty({ type: TwinActorResponse })
  changed_by: TwinActorResponse;

  constructor(row: TwinHistoryRow) {
    this.id = row.id;
    this.device_id = row.deviceId;
    this.timestamp = new Date(timeOf(row.id)).toISOString();
    this.side = row.side;
    this.version = row.version;
    this.change = row.change;
    this.document = row.document;
    this.changed_by = new TwinActorResponse(row);
  }
}
