import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { ImportedPlace } from './dto/imported-place.js';

/** A place of a file that has been checked. */
export interface WantedPlace {
  at: string;
  path: string[];
  wanted: ImportedPlace;
}

/** A place that is to be there when the import has ended. */
export interface Seedling {
  name: string;
  path: string[];
  /** Null: the file only names it, above others. */
  given: { at: string; wanted: ImportedPlace } | null;
  contains: Seedling[];
}

/**
 * The tree that the places of a file make, in their order; names without case, as everywhere among places. Places that
 * are only named in the path of others are in it too.
 */
export function seedlingsOf(places: readonly WantedPlace[]): Seedling[] {
  const top: Seedling[] = [];
  const byPath = new Map<string, Seedling>();
  const errors: { path: string; message: string }[] = [];
  const at = (path: string[]): Seedling => {
    const key = JSON.stringify(path.map((name) => name.toLowerCase()));
    const known = byPath.get(key);
    if (known !== undefined) return known;
    const made: Seedling = { name: path.at(-1) ?? '', path, given: null, contains: [] };
    byPath.set(key, made);
    (path.length === 1 ? top : at(path.slice(0, -1)).contains).push(made);
    return made;
  };
  for (const place of places) {
    const seedling = at(place.path);
    if (seedling.given === null) seedling.given = place;
    else errors.push({ path: place.at, message: `is the same place as ${seedling.given.at}` });
  }
  if (errors.length > 0) throw new ValidationFailed(errors.slice(0, 100));
  return top;
}

export function heightOf(seedlings: readonly Seedling[]): number {
  return seedlings.reduce((height, { contains }) => Math.max(height, 1 + heightOf(contains)), 0);
}
