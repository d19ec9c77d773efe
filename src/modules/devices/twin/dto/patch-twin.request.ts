import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, ValidateIf } from 'class-validator';
import { ReadOnly } from '../../../../core/http/read-only.js';

/** What changes of a device's target. */
export class PatchTwinRequest {
  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description:
      'A JSON merge patch (RFC 7396) into the target: null takes a member away, and null for all of it empties it. At most 64 KiB and 32 levels; `version` is the target’s own.',
    example: { config: { interval: 30 } },
  })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsObject({ message: 'must be an object or null' })
  target?: Record<string, unknown> | null;

  @ReadOnly()
  device_id?: unknown;

  @ReadOnly({ type: Object })
  reported?: unknown;

  @ReadOnly({ type: Object })
  difference?: unknown;

  @ReadOnly({ type: Boolean })
  in_sync?: unknown;

  @ReadOnly({ type: 'integer' })
  version?: unknown;

  @ReadOnly()
  updated_at?: unknown;

  @ReadOnly({ type: 'integer' })
  reported_version?: unknown;

  @ReadOnly({ nullable: true })
  reported_at?: unknown;
}
