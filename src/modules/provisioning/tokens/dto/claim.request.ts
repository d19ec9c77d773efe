import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What a device sends to get its key. Machines send it: unknown keys are no error, and nobody reads them. */
export class ClaimTokenRequest {
  @ApiProperty({ description: 'As it was issued.', example: 'flt_9f86d081884c7d65_…' })
  token?: unknown;

  @ApiPropertyOptional({ type: Object, additionalProperties: true, example: { fw: '1.0.0' } })
  device_metadata?: unknown;
}
