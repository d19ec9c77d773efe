import { ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { ReadOnly } from '../../../core/http/read-only.js';
import { deviceStatuses, type DeviceStatus } from '../device-state.entity.js';
import { appKeyPattern } from '../device.rules.js';
import { DeviceLocationRequest } from './device-location.request.js';
import { appKeyMask } from './device.response.js';
import { DeviceFields } from './register-device.request.js';

/**
 * What changes of a device: absent fields stay, null clears. `status` holds the device in maintenance or lets it go;
 * between the other states messages and the clock decide.
 */
export class UpdateDeviceRequest extends PartialType(OmitType(DeviceFields, ['app_key']), {
  skipNullProperties: false,
}) {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: '32 hex digits, or the mask, which keeps it.',
    example: appKeyMask,
  })
  @IsOptional()
  @ValidateIf((_, value) => value !== appKeyMask)
  @Matches(appKeyPattern, { message: 'must be 32 hex digits' })
  app_key?: string | null;

  @ApiPropertyOptional({
    enum: deviceStatuses,
    description: '`maintenance` holds the device there; any other lets it go, and it is what its messages say.',
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(deviceStatuses)
  status?: DeviceStatus;

  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Object, nullable: true })
  profile?: unknown;

  @ReadOnly({ type: Object, nullable: true })
  place?: unknown;

  @ReadOnly()
  last_seen_at?: unknown;

  @ReadOnly()
  handshake_at?: unknown;

  @ReadOnly({ type: Object })
  latest?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}

/** Part of where a device stands; null takes the part away. */
export class DeviceLocationPatch extends PartialType(DeviceLocationRequest) {}

/** A JSON merge patch: `metadata` and `location` are merged into what is stored, key by key. */
export class PatchDeviceRequest extends OmitType(UpdateDeviceRequest, ['location']) {
  @ApiPropertyOptional({ type: DeviceLocationPatch, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DeviceLocationPatch)
  location?: DeviceLocationPatch | null;
}
