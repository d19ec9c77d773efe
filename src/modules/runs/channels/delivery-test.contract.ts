import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { definedOf } from '../../../core/json/defined.js';
import type { AttemptOutcome } from './channels.service.js';

/** Why a test message did not arrive. */
export class DeliveryTestError {
  @ApiProperty({ example: 'http.status_500' })
  code: string;

  @ApiProperty({ example: 'the endpoint answered 500' })
  message: string;

  constructor({ code, error }: { code: string; error: string }) {
    this.code = code;
    this.message = error;
  }
}

/** What was sent in a test and what came back; secrets are masked in both. */
export class DeliveryTestResponse {
  @ApiProperty({ enum: ['delivered', 'failed'] })
  status: 'delivered' | 'failed';

  @ApiProperty({ example: 42 })
  duration_ms: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'What was sent: of HTTP the method, url, headers and body. Null if no request could be made of the message.',
  })
  request: object | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The status, and up to 16 KiB of the body.',
  })
  response?: { status?: number; body?: string };

  @ApiPropertyOptional({ type: DeliveryTestError })
  error?: DeliveryTestError;

  constructor(outcome: AttemptOutcome, request: object | null, durationMs: number) {
    const { status, responseStatus, response: body } = outcome;
    this.status = status;
    this.duration_ms = Math.round(durationMs);
    this.request = request;
    if (responseStatus !== undefined || body !== undefined) this.response = definedOf({ status: responseStatus, body });
    if (outcome.status === 'failed') this.error = new DeliveryTestError(outcome);
  }
}
