import { ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { ReadOnly } from '../../../../core/http/read-only.js';
import { IsJsonObject } from '../../../../core/json/is-storable.decorator.js';
import { CreateDeviceProfileRequest, schemaLimits } from './create-device-profile.request.js';

/** What changes of a device profile: absent fields stay, null clears; of `defaults`, too. */
export class UpdateDeviceProfileRequest extends PartialType(CreateDeviceProfileRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Number })
  device_count?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}

/** A JSON merge patch: `config_schema` and `defaults.metadata` are merged into what is stored, key by key. */
export class PatchDeviceProfileRequest extends OmitType(UpdateDeviceProfileRequest, ['config_schema']) {
  // Only what comes of it must be a schema: a patch holds null for what goes.
  @ApiPropertyOptional({ type: Object, nullable: true, additionalProperties: true, example: { required: null } })
  @IsOptional()
  @IsJsonObject(schemaLimits)
  config_schema?: Record<string, unknown> | null;
}
