import { ApiProperty } from '@nestjs/swagger';
import { derivedId, timeOf } from '../../../../core/ids/uuid-v7.js';
import type { FunctionHistoryRow } from '../function-history.repository.js';
import { messageOf } from '../packed-message.js';
import { stepStatuses, type StepStatus } from './list-function-history.query.js';
import { NamedResponse } from './named.response.js';
import { LogLineResponse, StepErrorResponse, type LogLine, type StepError } from './step-outcome.response.js';

/** One execution of a function. */
export class FunctionHistoryResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  function_id: string;

  @ApiProperty({ type: NamedResponse })
  function: NamedResponse;

  @ApiProperty({ description: 'The version of the function that ran.', example: 3 })
  version: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the run is past retention.' })
  flow_id: string | null;

  @ApiProperty({ type: NamedResponse, nullable: true })
  flow: NamedResponse | null;

  @ApiProperty({ format: 'uuid' })
  flow_run_id: string;

  @ApiProperty({ example: 'node-2' })
  node_id: string;

  @ApiProperty({ enum: stepStatuses, description: '`filtered`: it returned nothing, which ends its path.' })
  status: StepStatus;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'The message that came in; null where it is past retention.',
  })
  input_data: unknown;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'The message that it returned.',
  })
  output_data: unknown;

  @ApiProperty({ type: [LogLineResponse] })
  logs: readonly LogLine[];

  @ApiProperty({ type: String, nullable: true })
  error_message: string | null;

  @ApiProperty({ type: StepErrorResponse, nullable: true })
  error: StepError | null;

  @ApiProperty({ description: 'In ms.', example: 0.12 })
  execution_time: number;

  @ApiProperty({ format: 'date-time', description: 'When it began.' })
  timestamp: string;

  constructor(row: FunctionHistoryRow, input: unknown) {
    this.id = derivedId(timeOf(row.run_id), 'step', row.run_id, row.seq);
    this.function_id = row.entity_id;
    this.function = new NamedResponse(row.entity_id, row.function_name);
    this.version = row.entity_version;
    this.flow_id = row.flow_id;
    this.flow = row.flow_id === null ? null : new NamedResponse(row.flow_id, row.flow_name);
    this.flow_run_id = row.run_id;
    this.node_id = row.node_id;
    this.status = row.status;
    this.input_data = input;
    this.output_data = messageOf(row.output);
    this.logs = row.logs ?? [];
    this.error_message = row.error?.message ?? null;
    this.error = row.error;
    this.execution_time = row.duration_us / 1_000;
    this.timestamp = row.started_at.toISOString();
  }
}
