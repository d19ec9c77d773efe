import { sanitiseJson } from '../../../core/json/sanitise-json.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import type { PlacementLocation } from '../keys/provisioning-key.contract.js';
import type { Whereabouts } from './site.rules.js';

const maxNameLength = 200;

/**
 * What a device says of where it is, in the words of document 004's configuration or in ours. What is none is not said:
 * it must not keep a device from registering.
 */
export function whereaboutsSaid(body: Readonly<Record<string, unknown>>): Whereabouts {
  const { location } = body;
  return {
    location: coordinatesIn(body) ?? (isPlainObject(location) ? coordinatesIn(location) : null),
    country: nameIn(body['country'] ?? body['country_name'] ?? body['countryName']),
    state: nameIn(body['state'] ?? body['state_name'] ?? body['stateName']),
  };
}

/** What ipapi.co answers; null where it is an error or no such answer. */
export function whereaboutsLookedUp(text: string): Whereabouts | null {
  const answer = parsed(text);
  if (!isPlainObject(answer) || (answer['error'] !== undefined && answer['error'] !== false)) return null;
  const whereabouts = {
    location: coordinatesIn(answer),
    country: nameIn(answer['country_name']),
    state: nameIn(answer['region']),
  };
  return Object.values(whereabouts).every((part) => part === null) ? null : whereabouts;
}

function parsed(text: string): unknown {
  try {
    return sanitiseJson(JSON.parse(text)).value;
  } catch {
    return undefined;
  }
}

function coordinatesIn({ latitude, longitude, altitude }: Readonly<Record<string, unknown>>): PlacementLocation | null {
  const [north, east] = [numberIn(latitude, -90, 90), numberIn(longitude, -180, 180)];
  if (north === null || east === null) return null;
  const height = numberIn(altitude, -12_000, 100_000);
  return { latitude: north, longitude: east, ...(height === null ? {} : { altitude: height }) };
}

/** Configuration files know only texts. */
function numberIn(value: unknown, least: number, most: number): number | null {
  const number = typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= least && number <= most ? number : null;
}

function nameIn(value: unknown): string | null {
  const name = typeof value === 'string' ? value.trim() : '';
  return name === '' || name.length > maxNameLength ? null : name;
}
