import type { Row } from '../../../core/database/row.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { definedOf } from '../../../core/json/defined.js';
import { whyNotSchema } from '../../../core/json/json-schema.js';
import { mergePatch } from '../../../core/json/merge-patch.js';
import { whyNotStorable, type StorableLimits } from '../../../core/json/storable.js';
import { metadataLimits } from '../dto/register-device.request.js';
import type { DeviceProfile, Measurement } from './device-profile.entity.js';
import {
  schemaLimits,
  type CreateDeviceProfileRequest,
  type MeasurementRequest,
} from './dto/create-device-profile.request.js';
import type { PatchDeviceProfileRequest, UpdateDeviceProfileRequest } from './dto/update-device-profile.request.js';

type ProfileRequest = CreateDeviceProfileRequest | UpdateDeviceProfileRequest | PatchDeviceProfileRequest;

/** How `config_schema` and `defaults.metadata` meet what is stored: PUT replaces them, PATCH merges into them. */
export type ProfileEditMode = 'replace' | 'merge';

/** The row of a profile that is made now. */
export function newDeviceProfile(
  { id, tenantId, now }: { id: string; tenantId: string; now: Date },
  request: CreateDeviceProfileRequest,
): Row<DeviceProfile> {
  const empty: Row<DeviceProfile> = {
    id,
    tenantId,
    name: request.name,
    description: null,
    expectedInterval: null,
    codecFunctionId: null,
    codec: null,
    configSchema: null,
    measurements: [],
    defaultPlaceId: null,
    defaultMetadata: {},
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  return editedDeviceProfile(empty, request, 'replace');
}

/** The profile's row as it is after the request. */
export function editedDeviceProfile(
  profile: Row<DeviceProfile>,
  request: ProfileRequest,
  mode: ProfileEditMode,
): Row<DeviceProfile> {
  const { name, description, config_schema, measurements } = request;
  const defaults = request.defaults === null ? { metadata: null, place_id: null } : request.defaults;
  return {
    ...profile,
    ...definedOf({
      name,
      description,
      expectedInterval: request.expected_interval,
      codecFunctionId: lowerCase(request.codec_function_id),
      codec: request.codec,
      defaultPlaceId: lowerCase(defaults?.place_id),
      measurements: measurements === undefined ? undefined : (measurements ?? []).map(measurementOf),
    }),
    configSchema: editedSchema(profile.configSchema, config_schema, mode),
    defaultMetadata:
      defaults?.metadata === undefined
        ? profile.defaultMetadata
        : editedObject(profile.defaultMetadata, defaults.metadata ?? {}, mode, metadataLimits, 'defaults.metadata'),
  };
}

/** The labels that new devices shall wear; undefined where the request says nothing of them. */
export function wantedDefaultLabels({ defaults }: ProfileRequest): string[] | undefined {
  if (defaults === undefined) return undefined;
  const ids = defaults === null ? null : defaults.label_ids;
  return ids === undefined ? undefined : [...new Set((ids ?? []).map((id) => id.toLowerCase()))];
}

function editedSchema(stored: object | null, given: object | null | undefined, mode: ProfileEditMode): object | null {
  if (given === undefined) return stored;
  if (given === null) return null;
  const edited = editedObject(stored ?? {}, given, mode, schemaLimits, 'config_schema');
  const flaw = mode === 'merge' ? whyNotSchema(edited) : undefined;
  if (flaw !== undefined) throw new ValidationFailed([{ path: 'config_schema', message: flaw }]);
  return edited;
}

function editedObject(
  stored: object,
  given: object,
  mode: ProfileEditMode,
  limits: StorableLimits,
  path: string,
): object {
  if (mode === 'replace') return given;
  const merged = mergePatch(stored, given) as object;
  const flaw = whyNotStorable(merged, limits);
  if (flaw !== undefined) throw new ValidationFailed([{ path, message: flaw }]);
  return merged;
}

function measurementOf({ key, name, unit }: MeasurementRequest): Measurement {
  return { key, name, unit: unit ?? null };
}

function lowerCase(id: string | null | undefined): string | null | undefined {
  return id?.toLowerCase() ?? id;
}
