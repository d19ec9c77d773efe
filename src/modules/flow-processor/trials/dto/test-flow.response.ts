import { ApiProperty } from '@nestjs/swagger';
import type { FlowTrial } from '../flow-trials.service.js';
import { stepsOf } from '../trial-steps.rules.js';
import { TestStepResponse, type TrialStep } from './test-step.response.js';

const statuses = ['success', 'partial_success', 'error', 'not_started'] as const;

/** A dry run: what the flow would do with the message. Nothing was sent or stored. */
export class TestFlowResponse {
  @ApiProperty({ enum: statuses, description: '`not_started`: the event fires none of its triggers.' })
  status: (typeof statuses)[number];

  @ApiProperty({ type: Object, description: 'The message as it came in.' })
  input_data: object;

  @ApiProperty({ type: [String], description: 'The ids of the nodes that were reached, in the order of the steps.' })
  execution_path: string[];

  @ApiProperty({ type: [TestStepResponse] })
  steps: readonly TrialStep[];

  @ApiProperty({ format: 'date-time' })
  start_time: string;

  @ApiProperty({ description: 'In ms.', example: 3.4 })
  execution_time: number;

  constructor(trial: FlowTrial) {
    const { succeeded, failed } = trial.ledger.counts;
    this.steps = stepsOf(trial);
    this.status =
      trial.firedIds.length === 0
        ? 'not_started'
        : failed === 0
          ? 'success'
          : succeeded === 0
            ? 'error'
            : 'partial_success';
    this.input_data = trial.envelope;
    this.execution_path = this.steps.map((step) => step.node_id);
    this.start_time = trial.startedAt.toISOString();
    this.execution_time = trial.durationMs;
  }
}
