import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Attempt } from '../../completion/results.contract.js';

/** One line that a function wrote to its console. */
export class LogLineResponse {
  @ApiProperty({ enum: ['log', 'warn', 'error'] })
  level: string;

  @ApiProperty({ example: 'too cold' })
  message: string;
}

/** Why a step or a delivery failed. */
export class StepErrorResponse {
  @ApiProperty({ description: 'Stable.', example: 'http.status_503' })
  code: string;

  @ApiProperty({ example: 'the server answered 503' })
  message: string;

  @ApiPropertyOptional({ description: 'Where in the function’s code, from 1.', example: 2 })
  line?: number;

  @ApiPropertyOptional({ example: 12 })
  column?: number;
}

/** What is stored of them; nobody makes instances of it. */
export type LogLine = Readonly<LogLineResponse>;
export type StepError = Readonly<StepErrorResponse>;

/** One try at a delivery. */
export class AttemptResponse implements Attempt {
  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ enum: ['delivered', 'failed'] })
  status: 'delivered' | 'failed';

  @ApiProperty({ example: 42 })
  duration_ms: number;

  @ApiPropertyOptional({ example: 'http.status_503' })
  code?: string;

  @ApiPropertyOptional({ example: 'the server answered 503' })
  error?: string;

  @ApiPropertyOptional({ example: 503 })
  response_status?: number;

  @ApiPropertyOptional({ description: 'At most 16 KiB of what came back.' })
  response?: string;
}

/** What the other side answered last. */
export class DeliveryAnswerResponse {
  @ApiPropertyOptional({ example: 200 })
  response_status?: number;

  @ApiPropertyOptional({ example: 'ok' })
  response?: string;
}
