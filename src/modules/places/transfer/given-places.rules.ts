import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { unguarded } from '../../../core/csv/csv-cell.rules.js';
import { delimiterOf } from '../../../core/csv/csv-delimiter.rules.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { maxDepth } from '../place-tree.js';
import { PlaceTooDeep } from '../place.errors.js';
import { namesOf } from './place-path.rules.js';
import { PlaceFileTooLarge, PlaceFileUnreadable } from './place-transfer.errors.js';

/** More is no tree that people keep. */
export const maxPlacesOfFile = 10_000;

/** What a file says of one place. */
export interface GivenPlace {
  /** Where it stands in the file, as a fault is told: `0.contains.3` or `rows.17`. */
  at: string;
  /** The names of the places above it, then its own. */
  path: string[];
  /** As ImportedPlace has it, not yet checked. */
  fields: Record<string, unknown>;
}

const columns = ['path', 'profile', 'description', 'latitude', 'longitude', 'altitude', 'attributes'];

/** The places of a tree as JSON has it, each above what it contains. */
export function placesOfTree(body: unknown): GivenPlace[] {
  const found: GivenPlace[] = [];
  collect(body, '', [], found);
  return found;
}

function collect(nodes: unknown, at: string, above: string[], found: GivenPlace[]): void {
  if (!Array.isArray(nodes)) throw new ValidationFailed([{ path: at, message: 'must be a list of places' }]);
  if (above.length >= maxDepth && nodes.length > 0) throw new PlaceTooDeep(maxDepth);
  nodes.forEach((node: unknown, index) => {
    const here = at === '' ? index.toString() : `${at}.${index.toString()}`;
    if (typeof node !== 'object' || node === null || Array.isArray(node))
      throw new ValidationFailed([{ path: here, message: 'must be a place' }]);
    const { contains = [], ...fields } = node as Record<string, unknown>;
    const path = [...above, typeof fields['name'] === 'string' ? fields['name'] : ''];
    found.push({ at: here, path, fields });
    if (found.length > maxPlacesOfFile) throw new PlaceFileTooLarge(`${maxPlacesOfFile.toString()} places`);
    collect(contains, `${here}.contains`, path, found);
  });
}

/** The places of a CSV file, in its order. An empty cell says nothing. */
export function placesOfCsv(text: string): GivenPlace[] {
  const [header = [], ...rows] = cellsOf(text);
  const names = header.map((cell) => cell.trim().toLowerCase());
  const unknown = names.find((name, index) => !columns.includes(name) || names.indexOf(name) !== index);
  if (unknown !== undefined)
    throw new PlaceFileUnreadable(`there is no column "${unknown.slice(0, 100)}", or it is there twice`);
  if (!names.includes('path')) throw new PlaceFileUnreadable('there is no column "path"');
  if (rows.length > maxPlacesOfFile) throw new PlaceFileTooLarge(`${maxPlacesOfFile.toString()} places`);
  return rows.flatMap((row, index) => {
    const cells = new Map(
      row.map((cell, at) => [names[at] ?? '', cell.trim()]).filter(([, cell]) => cell !== '') as [string, string][],
    );
    return cells.size === 0 ? [] : [placeOf(cells, `rows.${(index + 2).toString()}`)];
  });
}

function placeOf(cells: ReadonlyMap<string, string>, at: string): GivenPlace {
  const text = (column: string) => unguardedOr(cells.get(column));
  const path = namesOf(text('path') ?? '');
  if (path.length > maxDepth) throw new PlaceTooDeep(maxDepth);
  const fields: Record<string, unknown> = { name: path.at(-1) ?? '' };
  for (const column of ['profile', 'description']) if (cells.has(column)) fields[column] = text(column);
  const location = ['latitude', 'longitude', 'altitude'].filter((column) => cells.has(column));
  if (location.length > 0)
    fields['location'] = Object.fromEntries(location.map((column) => [column, numberOf(cells.get(column) ?? '')]));
  if (cells.has('attributes')) fields['attributes'] = parsed(text('attributes') ?? '', `${at}.attributes`);
  return { at, path, fields };
}

function cellsOf(text: string): string[][] {
  try {
    return parse(text, { delimiter: delimiterOf(text), relax_column_count_less: true, bom: true });
  } catch (error) {
    throw error instanceof CsvError ? new PlaceFileUnreadable(`this is no CSV: ${error.message}`) : error;
  }
}

const unguardedOr = (cell: string | undefined) => (cell === undefined ? undefined : unguarded(cell));

/** Also with a decimal comma. What is no number is told by the validation. */
function numberOf(cell: string): unknown {
  const number = Number(unguarded(/^[+-]?\d+,\d+$/.test(cell) ? cell.replace(',', '.') : cell));
  return Number.isFinite(number) ? number : cell;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ValidationFailed([{ path, message: 'must be JSON' }]);
  }
}
