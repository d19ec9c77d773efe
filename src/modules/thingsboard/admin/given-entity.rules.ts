import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { isUuid } from '../../../core/ids/uuid-v7.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { isStorableText, whyNotStorable } from '../../../core/json/storable.js';
import type { EntityType } from './dto/entity-id.response.js';

/*
 * What ThingsBoard's clients send, read as leniently as it does: fields that it or we do not use are passed over, for the
 * same scripts run against several of its versions.
 */

type JsonObject = Record<string, unknown>;

/** An asset or a device that is to be made. */
export interface GivenEntity {
  name: string;
  /** The name of its profile, where no id names that. */
  type: string | null;
  profileId: string | null;
}

/** A relation from one thing to another. */
export interface GivenRelation {
  from: EntityRef;
  to: EntityRef;
}

export interface EntityRef {
  type: EntityType;
  id: string;
}

const maxNameLength = 200;
const attributesLimits = { maxBytes: 16_384, maxDepth: 32 };
/** The only relation that is kept here: what stands in what. */
const contains = 'Contains';

/** `profileField` is what the id of its profile is called: `assetProfileId`, `deviceProfileId`. */
export function entityIn(body: unknown, profileField: string): GivenEntity {
  const given = objectIn(body);
  const { name, type } = given;
  const faults: FieldError[] = [];
  const isName = typeof name === 'string' && name.trim() !== '' && name.length <= maxNameLength && isStorableText(name);
  if (!isName) faults.push({ path: 'name', message: `must be text of 1 to ${maxNameLength.toString()} characters` });
  if (isPresent(type) && (typeof type !== 'string' || !isStorableText(type))) {
    faults.push({ path: 'type', message: 'must be text' });
  }
  const profileId = given[profileField];
  const id = isPlainObject(profileId) ? profileId['id'] : profileId;
  if (isPresent(id) && (typeof id !== 'string' || !isUuid(id.toLowerCase()))) {
    faults.push({ path: `${profileField}.id`, message: 'must be a UUID' });
  }
  if (isPresent(given['id'])) faults.push({ path: 'id', message: 'must be absent: what is there is edited elsewhere' });
  if (faults.length > 0) throw new ValidationFailed(faults);
  return {
    name: String(name).trim(),
    type: typeof type === 'string' && type !== '' ? type : null,
    profileId: typeof id === 'string' ? id.toLowerCase() : null,
  };
}

/** Attributes by their keys; as ThingsBoard has them, so a null takes one away. */
export function attributesIn(body: unknown): JsonObject {
  const given = objectIn(body);
  const flaw = whyNotStorable(given, attributesLimits);
  if (flaw !== undefined) throw new ValidationFailed([{ path: '', message: flaw }]);
  return given;
}

/** Where something is, if its attributes say so: both coordinates, and none that no globe has. */
export function locationIn({ latitude, longitude }: JsonObject): { latitude: number; longitude: number } | null {
  if (typeof latitude !== 'number' || Math.abs(latitude) > 90) return null;
  if (typeof longitude !== 'number' || Math.abs(longitude) > 180) return null;
  return { latitude, longitude };
}

export function relationIn(body: unknown): GivenRelation {
  const { from, to, type, typeGroup } = objectIn(body);
  const group = isPresent(typeGroup) ? typeGroup : 'COMMON';
  if (type !== contains || group !== 'COMMON') {
    throw new ValidationFailed([{ path: 'type', message: `only ${contains} of the group COMMON is kept here` }]);
  }
  const [fromRef, toRef] = [refIn(from, 'from'), refIn(to, 'to')];
  if (fromRef.type !== 'ASSET')
    throw new ValidationFailed([{ path: 'from', message: 'only an asset contains others' }]);
  return { from: fromRef, to: toRef };
}

function refIn(ref: unknown, path: string): EntityRef {
  const { id, entityType } = isPlainObject(ref) ? ref : {};
  if (typeof id !== 'string' || !isUuid(id.toLowerCase())) {
    throw new ValidationFailed([{ path: `${path}.id`, message: 'must be a UUID' }]);
  }
  if (entityType !== 'ASSET' && entityType !== 'DEVICE') {
    throw new ValidationFailed([{ path: `${path}.entityType`, message: 'must be ASSET or DEVICE' }]);
  }
  return { id: id.toLowerCase(), type: entityType };
}

function objectIn(body: unknown): JsonObject {
  if (isPlainObject(body)) return body;
  throw new ValidationFailed([{ path: '', message: 'the body must be a JSON object' }]);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
