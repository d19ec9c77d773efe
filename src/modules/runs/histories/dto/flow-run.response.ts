import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Attempt } from '../../completion/results.contract.js';
import type { FlowHistoryRow } from '../run-rows.js';
import { FlowHistoryResponse } from './flow-history.response.js';
import {
  AttemptResponse,
  LogLineResponse,
  StepErrorResponse,
  type LogLine,
  type StepError,
} from './step-outcome.response.js';

const statuses = ['success', 'filtered', 'error', 'delivered', 'waiting', 'failed'] as const;

/** What one node did with one message. */
export class RunStepResponse {
  @ApiProperty({ description: 'Its place in the run; 0 for triggers.', example: 1 })
  seq: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'The step whose output came in; 0 is the message of the event, null a trigger’s.',
    example: 0,
  })
  input_seq: number | null;

  @ApiProperty({ example: 'node-2' })
  node_id: string;

  @ApiProperty({
    example: 'function',
    description: '`device` or `label` (triggers), `function`, `integration`, `storage`.',
  })
  type: string;

  @ApiProperty({ format: 'uuid', description: 'The row that the node names.' })
  entity_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'to Fahrenheit' })
  name: string | null;

  @ApiProperty({ enum: statuses })
  status: (typeof statuses)[number];

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true })
  input: unknown;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'The message that it passed on; of a delivery, what was answered.',
  })
  output: unknown;

  @ApiProperty({ type: [LogLineResponse] })
  logs: readonly LogLine[];

  @ApiProperty({ type: StepErrorResponse, nullable: true })
  error: StepError | null;

  @ApiProperty({ type: [AttemptResponse], description: 'Of a delivery.' })
  attempts: readonly Attempt[];

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a delivery: its id in the integration’s history.' })
  delivery_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Of a waiting delivery.' })
  next_attempt_at?: string;

  @ApiPropertyOptional({ description: 'What holds a waiting delivery: `disabled`, or why its integration is blocked.' })
  held_by?: string;

  @ApiProperty({ format: 'date-time' })
  started_at: string;

  @ApiProperty({ example: 0.12 })
  duration_ms: number;
}

export type RunStep = Readonly<RunStepResponse>;

/** One run with everything that happened in it. */
export class FlowRunResponse extends FlowHistoryResponse {
  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'The message as it came in; null where the event is past retention.',
  })
  input_data: unknown;

  @ApiProperty({ type: [String], description: 'The ids of the nodes that were reached, in the order of the steps.' })
  execution_path: string[];

  @ApiProperty({ type: [RunStepResponse] })
  steps: readonly RunStep[];

  constructor(row: FlowHistoryRow, input: unknown, steps: readonly RunStep[]) {
    super(row);
    this.input_data = input;
    this.execution_path = steps.map((step) => step.node_id);
    this.steps = steps;
  }
}
