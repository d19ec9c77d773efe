import { ApiProperty } from '@nestjs/swagger';
import type { LatestTelemetry } from './latest-telemetry.service.js';

/** What a device sent last with its own key. */
export class LatestTelemetryResponse {
  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ format: 'date-time' })
  received_at: string;

  @ApiProperty({ type: Object, additionalProperties: true, example: { voltage: 228.4, kwh: 1234.5 } })
  payload: unknown;

  constructor({ deviceId, receivedAt, payload }: LatestTelemetry) {
    this.device_id = deviceId;
    this.received_at = receivedAt.toISOString();
    this.payload = payload;
  }
}
