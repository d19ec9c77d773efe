import { ApiProperty } from '@nestjs/swagger';
import { deviceTokenStatuses, statusOf, type DeviceTokenStatus } from '../device-token.rules.js';
import type { NamedDeviceToken } from '../device-tokens.repository.js';

/** A one-time token, without what would open anything. */
export class DeviceTokenResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ example: 'Factory Meter 1' })
  device_name: string;

  @ApiProperty({ enum: deviceTokenStatuses })
  status: DeviceTokenStatus;

  @ApiProperty({ type: String, nullable: true, example: 'Line A ESP32' })
  notes: string | null;

  @ApiProperty({ type: Object, additionalProperties: true })
  metadata: Record<string, unknown>;

  @ApiProperty({ format: 'date-time' })
  issued_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  claimed_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  claimed_from: string | null;

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true, example: { fw: '1.0.0' } })
  device_metadata: Record<string, unknown> | null;

  constructor(token: NamedDeviceToken, now: Date) {
    this.id = token.id;
    this.device_id = token.deviceId;
    this.device_name = token.deviceName;
    this.status = statusOf(token, now);
    this.notes = token.notes;
    this.metadata = token.metadata;
    this.issued_at = token.createdAt.toISOString();
    this.expires_at = token.expiresAt?.toISOString() ?? null;
    this.claimed_at = token.claimedAt?.toISOString() ?? null;
    this.claimed_from = token.claimedFrom;
    this.device_metadata = token.deviceMetadata;
  }
}
