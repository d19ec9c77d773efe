import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DeliveryTestError, DeliveryTestResponse } from '../../runs/channels/delivery-test.contract.js';
import type { AttemptOutcome } from '../../runs/channels/channels.service.js';

/** What came back of a point that had just been written. */
export interface ReadBack {
  found: boolean;
  answer?: string;
  error?: { code: string; error: string };
}

/** Whether the point that was written can be read. */
export class ReadBackResponse {
  @ApiProperty({ enum: ['found', 'not_found', 'failed'] })
  status: 'found' | 'not_found' | 'failed';

  @ApiPropertyOptional({ description: 'What the database answered, up to 16 KiB.' })
  answer?: string;

  @ApiPropertyOptional({ type: DeliveryTestError })
  error?: DeliveryTestError;

  constructor({ found, answer, error }: ReadBack) {
    this.status = error === undefined ? (found ? 'found' : 'not_found') : 'failed';
    if (answer !== undefined) this.answer = answer;
    if (error !== undefined) this.error = new DeliveryTestError(error);
  }
}

/** What was written to a storage in a test, and whether it could be read again. */
export class TestStorageResponse extends DeliveryTestResponse {
  @ApiPropertyOptional({ type: ReadBackResponse, description: 'Only where it was written.' })
  read?: ReadBackResponse;

  constructor(outcome: AttemptOutcome, request: object | null, durationMs: number, read?: ReadBack) {
    super(outcome, request, durationMs);
    if (read !== undefined) this.read = new ReadBackResponse(read);
  }
}
