import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import { finishedStatuses, replayStates, type FinishedStatus, type Replay, type ReplayState } from '../replay.js';

/** Deliveries that are made again, and how far that is. */
export class ReplayResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Whose deliveries: it, or `storage_id`, is there.' })
  integration_id?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  storage_id?: string;

  @ApiProperty({ enum: finishedStatuses, isArray: true, description: 'What the deliveries had come to.' })
  statuses: FinishedStatus[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: from the beginning.' })
  from: string | null;

  @ApiProperty({ format: 'date-time' })
  to: string;

  @ApiProperty({ enum: replayStates })
  state: ReplayState;

  @ApiProperty({ description: 'How many deliveries there were when it began.', example: 1200 })
  total: number;

  @ApiProperty({ description: 'How many of them wait for their next attempt again, or have had it.', example: 400 })
  done: number;

  @ApiProperty({ description: 'How many were left as they are: their messages are past retention.', example: 0 })
  skipped: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  constructor(replay: Replay) {
    const fromMs = timeOf(replay.fromId);
    this.id = replay.id;
    this[`${replay.destinationType}_id`] = replay.destinationId;
    this.statuses = replay.statuses;
    this.from = fromMs === 0 ? null : new Date(fromMs).toISOString();
    this.to = new Date(timeOf(replay.beforeId)).toISOString();
    this.state = replay.state;
    this.total = replay.total;
    this.done = replay.done;
    this.skipped = replay.skipped;
    this.created_at = replay.createdAt.toISOString();
    this.finished_at = replay.finishedAt?.toISOString() ?? null;
  }
}
