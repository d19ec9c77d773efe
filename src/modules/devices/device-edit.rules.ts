import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { definedOf } from '../../core/json/defined.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import { whyNotStorable } from '../../core/json/storable.js';
import type { Row } from '../../core/database/row.js';
import type { Device, DeviceLocation } from './device.entity.js';
import { normalMac } from './device.rules.js';
import { appKeyMask } from './dto/device.response.js';
import { metadataLimits, type DeviceFields, type RegisterDeviceRequest } from './dto/register-device.request.js';
import type { PatchDeviceRequest, UpdateDeviceRequest } from './dto/update-device.request.js';

type Given = Partial<Omit<DeviceFields, 'location'>>;
type Seal = (appKey: string) => string;
type LocationPart = { [Key in keyof DeviceLocation]?: DeviceLocation[Key] | null | undefined };

/** How `metadata` and `location` meet what is stored: PUT replaces them, PATCH merges into them. */
export type EditMode = 'replace' | 'merge';

/** The row of a device that is registered now. */
export function newDevice(
  { id, tenantId, now }: { id: string; tenantId: string; now: Date },
  request: RegisterDeviceRequest,
  seal: Seal,
): Row<Device> {
  return {
    id,
    tenantId,
    devEui: null,
    mac: null,
    uuid: null,
    serial: null,
    appEui: null,
    appKeySealed: null,
    description: null,
    site: null,
    profileId: null,
    placeId: null,
    expectedTransmitTime: null,
    ...fieldsOf(request, seal),
    name: request.name,
    metadata: request.metadata ?? {},
    location: changed(request.location, locationOf) ?? null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/** The ids of the labels that the device shall wear, by either name; undefined where the request says nothing. */
export function wantedLabelIds({ label_ids, labelsId }: Given): string[] | undefined {
  const ids = label_ids === undefined ? labelsId : label_ids;
  return ids === undefined ? undefined : (ids ?? []).map((id) => id.toLowerCase());
}

/** What a request says of a device's own row; absent where it says nothing. */
function fieldsOf(given: Given, seal: Seal): Partial<Row<Device>> {
  const { name, uuid, serial, description, site } = given;
  return definedOf({
    name,
    devEui: changed(given.dev_eui, (text) => text.toUpperCase()),
    mac: changed(given.mac, normalMac),
    uuid,
    serial,
    appEui: changed(given.app_eui, (text) => text.toUpperCase()),
    appKeySealed: given.app_key === appKeyMask ? undefined : changed(given.app_key, seal),
    description,
    site,
    profileId: changed(given.profile_id, (id) => id.toLowerCase()),
    placeId: changed(given.place_id, (id) => id.toLowerCase()),
    expectedTransmitTime: given.expected_transmit_time,
  });
}

/** The device's row as it is after the request. */
export function editedDevice(
  device: Row<Device>,
  request: UpdateDeviceRequest | PatchDeviceRequest,
  mode: EditMode,
  seal: Seal,
): Row<Device> {
  const { location, metadata } = request;
  return {
    ...device,
    ...fieldsOf(request, seal),
    location: location === undefined ? device.location : editedLocation(device.location, location, mode),
    metadata: metadata === undefined ? device.metadata : editedMetadata(device.metadata, metadata, mode),
  };
}

/** A whole location; what PATCH left over of one may lack a half. */
function locationOf(part: unknown): DeviceLocation {
  const { latitude, longitude, altitude, source } = part as LocationPart;
  if (typeof latitude !== 'number') throw missing('location.latitude');
  if (typeof longitude !== 'number') throw missing('location.longitude');
  return { latitude, longitude, altitude: altitude ?? null, source: source ?? 'manual' };
}

function editedLocation(stored: DeviceLocation | null, given: object | null, mode: EditMode): DeviceLocation | null {
  if (given === null) return null;
  return locationOf(mode === 'merge' ? mergePatch(stored, definedOf(given)) : given);
}

function editedMetadata(stored: object, given: object | null, mode: EditMode): object {
  if (given === null) return {};
  if (mode === 'replace') return given;
  const merged = mergePatch(stored, given) as object;
  const flaw = whyNotStorable(merged, metadataLimits);
  if (flaw !== undefined) throw new ValidationFailed([{ path: 'metadata', message: flaw }]);
  return merged;
}

function changed<From, To>(
  value: From,
  change: (value: NonNullable<From>) => To,
): To | Extract<From, null | undefined> {
  return value === null || value === undefined ? (value as Extract<From, null | undefined>) : change(value);
}

function missing(path: string): ValidationFailed {
  return new ValidationFailed([{ path, message: 'is required' }]);
}
