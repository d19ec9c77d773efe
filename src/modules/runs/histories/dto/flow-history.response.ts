import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FlowHistoryRow } from '../run-rows.js';
import { runStatuses, type RunStatus } from './list-flow-history.query.js';
import { NamedResponse } from './named.response.js';

/** Where a path of a run ended, and why. */
export class ErrorDetailResponse {
  @ApiProperty({ example: 'node-2' })
  node_id: string;

  @ApiProperty({ example: 'cannot read properties of undefined' })
  error: string;
}

/** One event through one flow. */
export class FlowHistoryResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  flow_id: string;

  @ApiProperty({ type: NamedResponse })
  flow: NamedResponse;

  @ApiProperty({ description: 'The version of the flow that ran.', example: 3 })
  version: number;

  @ApiProperty({ enum: runStatuses })
  status: RunStatus;

  @ApiProperty({ enum: ['device', 'label'], description: 'What in the flow the event came in by.' })
  trigger_source: string;

  @ApiProperty({ format: 'uuid', description: 'The device that sent the event.' })
  source_id: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ format: 'uuid', description: 'The entry of the device’s history that ran.' })
  event_id: string;

  @ApiProperty({ format: 'date-time' })
  start_time: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while deliveries wait.' })
  end_time: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'From start to end, in ms.', example: 12 })
  execution_time: number | null;

  @ApiProperty({ format: 'date-time' })
  timestamp: string;

  @ApiProperty({ type: [ErrorDetailResponse] })
  error_details: readonly Readonly<ErrorDetailResponse>[];

  @ApiPropertyOptional({ format: 'uuid', description: 'The run that this one repeats.' })
  replay_of?: string;

  constructor(row: FlowHistoryRow) {
    const { started_at, finished_at } = row;
    this.id = row.id;
    this.flow_id = row.flow_id;
    this.flow = new NamedResponse(row.flow_id, row.flow_name);
    this.version = row.flow_version;
    this.status = row.status;
    this.trigger_source = row.trigger_source;
    this.source_id = row.device_id;
    this.device_id = row.device_id;
    this.event_id = row.event_id;
    this.start_time = started_at.toISOString();
    this.end_time = finished_at?.toISOString() ?? null;
    // The end of a delayed run is by the database's clock, its start by a worker's.
    this.execution_time = finished_at === null ? null : Math.max(0, finished_at.getTime() - started_at.getTime());
    this.timestamp = this.start_time;
    this.error_details = row.errors ?? [];
    if (row.replay_of !== null) this.replay_of = row.replay_of;
  }
}
