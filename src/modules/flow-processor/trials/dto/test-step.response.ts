import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const stepStatuses = ['success', 'filtered', 'error', 'would_deliver', 'failed'] as const;

/** Why a step failed, or what could not be sent. */
export class TestStepErrorResponse {
  @ApiProperty({ description: 'Stable.', example: 'template.missing_value' })
  code: string;

  @ApiProperty()
  message: string;

  @ApiPropertyOptional({ description: 'Where in the function’s code, from 1.' })
  line?: number;

  @ApiPropertyOptional()
  column?: number;
}

/** One line that a function wrote to its console. */
export class TestStepLogResponse {
  @ApiProperty({ enum: ['log', 'warn', 'error'] })
  level: string;

  @ApiProperty()
  message: string;
}

/** What one node did with the message, or would have sent. */
export class TestStepResponse {
  @ApiProperty({ description: 'Its place in the run; 0 for triggers.', example: 1 })
  seq: number;

  @ApiProperty({ type: Number, nullable: true, description: 'The step whose output came in; 0 is the message.' })
  input_seq: number | null;

  @ApiProperty({ example: 'node-2' })
  node_id: string;

  @ApiProperty({ example: 'function' })
  type: string;

  @ApiProperty({ format: 'uuid' })
  entity_id: string;

  @ApiProperty({ enum: stepStatuses })
  status: (typeof stepStatuses)[number];

  @ApiProperty({ type: Object, nullable: true })
  input: unknown;

  @ApiProperty({ type: Object, nullable: true, description: 'The message that it passed on.' })
  output: unknown;

  @ApiProperty({ type: [TestStepLogResponse] })
  logs: readonly TestStepLogResponse[];

  @ApiProperty({ type: TestStepErrorResponse, nullable: true })
  error: Readonly<TestStepErrorResponse> | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'What an integration or a storage would send, secrets masked; null where nothing could be made of it.',
  })
  request?: object | null;

  @ApiProperty({ format: 'date-time' })
  started_at: string;

  @ApiProperty({ example: 0.12 })
  duration_ms: number;
}

export type TrialStep = Readonly<TestStepResponse>;
