import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { SandboxErrorCode, SandboxLogLine, SandboxResult } from '../sandbox/sandbox.contract.js';

/** One line that a function wrote to its console. */
export class TestLogResponse {
  @ApiProperty({ enum: ['log', 'warn', 'error'] })
  level!: SandboxLogLine['level'];

  @ApiProperty()
  message!: string;
}

/** Why a function failed, and where in its source. */
export class TestErrorResponse {
  @ApiProperty({ type: String, example: 'sandbox.threw' })
  code!: SandboxErrorCode;

  @ApiProperty()
  message!: string;

  @ApiPropertyOptional({ description: 'Counted from 1, where it is known.' })
  line?: number;

  @ApiPropertyOptional({ description: 'Counted from 1, where it is known.' })
  column?: number;
}

/** What a function made of a message. Nothing was stored or sent. */
export class TestResultResponse {
  @ApiProperty({ enum: ['success', 'filtered', 'error'] })
  status: SandboxResult['status'];

  @ApiProperty({ type: Object, nullable: true, description: 'The message for what follows; null unless it succeeded.' })
  output: unknown;

  @ApiProperty({ type: [TestLogResponse] })
  logs: SandboxResult['logs'];

  @ApiProperty({ example: 0.21 })
  duration_ms: number;

  @ApiPropertyOptional({ type: TestErrorResponse })
  error?: NonNullable<SandboxResult['error']>;

  constructor(result: SandboxResult) {
    this.status = result.status;
    this.output = result.outputJson === null ? null : JSON.parse(result.outputJson);
    this.logs = result.logs;
    this.duration_ms = result.durationMs;
    if (result.error !== null) this.error = result.error;
  }
}
