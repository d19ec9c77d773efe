import { ApiProperty } from '@nestjs/swagger';
import type { RunReplay } from '../run-replays.service.js';

/** A run that is about to be made; it is in the flow's history as soon as it has begun. */
export class RunReplayResponse {
  @ApiProperty({ format: 'uuid', description: 'The new run.' })
  run_id: string;

  @ApiProperty({ format: 'uuid', description: 'The run that it repeats.' })
  replay_of: string;

  @ApiProperty({ description: 'Counts the repetitions of this message in this flow.', example: 1 })
  replay_number: number;

  @ApiProperty({ description: 'The version of the flow that runs.', example: 3 })
  version: number;

  constructor({ runId, replayOf, replayNumber, version }: RunReplay) {
    this.run_id = runId;
    this.replay_of = replayOf;
    this.replay_number = replayNumber;
    this.version = version;
  }
}
