import type { Row } from '../../core/database/row.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { definedOf } from '../../core/json/defined.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import { whyNotStorable } from '../../core/json/storable.js';
import { attributesLimits, type CreatePlaceRequest } from './dto/create-place.request.js';
import type { PatchPlaceRequest, UpdatePlaceRequest } from './dto/update-place.request.js';
import type { Place, PlaceLocation } from './place.entity.js';

type LocationPart = { [Key in keyof PlaceLocation]?: PlaceLocation[Key] | null | undefined };

/** How `attributes` and `location` meet what is stored: PUT replaces them, PATCH merges into them. */
export type EditMode = 'replace' | 'merge';

/** The row of a place that is made now. */
export function newPlace(
  { id, tenantId, now }: { id: string; tenantId: string; now: Date },
  request: CreatePlaceRequest,
): Row<Place> {
  return {
    id,
    tenantId,
    name: request.name,
    description: request.description ?? null,
    parentId: request.parent_id?.toLowerCase() ?? null,
    profileId: request.profile_id?.toLowerCase() ?? null,
    location: request.location === null || request.location === undefined ? null : wholeLocation(request.location),
    attributes: request.attributes ?? {},
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/** The place's row as it is after the request. */
export function editedPlace(
  place: Row<Place>,
  request: UpdatePlaceRequest | PatchPlaceRequest,
  mode: EditMode,
): Row<Place> {
  const { name, description, parent_id, profile_id, location, attributes } = request;
  const parentId = parent_id?.toLowerCase() ?? parent_id;
  const profileId = profile_id?.toLowerCase() ?? profile_id;
  return {
    ...place,
    ...definedOf({ name, description, parentId, profileId }),
    location: location === undefined ? place.location : editedLocation(place.location, location, mode),
    attributes: attributes === undefined ? place.attributes : editedAttributes(place.attributes, attributes, mode),
  };
}

function editedLocation(stored: PlaceLocation | null, given: object | null, mode: EditMode): PlaceLocation | null {
  if (given === null) return null;
  return wholeLocation(mode === 'merge' ? mergePatch(stored, definedOf(given)) : given);
}

function editedAttributes(stored: object, given: object | null, mode: EditMode): object {
  if (given === null) return {};
  if (mode === 'replace') return given;
  const merged = mergePatch(stored, given) as object;
  const flaw = whyNotStorable(merged, attributesLimits);
  if (flaw !== undefined) throw new ValidationFailed([{ path: 'attributes', message: flaw }]);
  return merged;
}

/** What PATCH left over of a location may lack a half. */
function wholeLocation(part: unknown): PlaceLocation {
  const { latitude, longitude, altitude } = part as LocationPart;
  if (typeof latitude !== 'number') throw missing('location.latitude');
  if (typeof longitude !== 'number') throw missing('location.longitude');
  return { latitude, longitude, altitude: altitude ?? null };
}

function missing(path: string): ValidationFailed {
  return new ValidationFailed([{ path, message: 'is required' }]);
}
