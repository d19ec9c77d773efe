import type { FieldError } from '../../../core/errors/app-error.js';
import { ImportUnreadable } from './device-import.errors.js';
import { csvCell, unguarded } from '../../../core/csv/csv-cell.rules.js';
import type { GivenRow } from './given-row.js';

type Kind = 'text' | 'number' | 'list' | 'json';

/** A column: where its cells belong in a device as the API says it, and what else its header may be called. */
interface Column {
  name: string;
  kind: Kind;
  /** Part of an object of the device. */
  of?: 'location';
  key?: string;
  aliases: readonly string[];
}

/** In the order in which they are exported. */
export const columns: readonly Column[] = [
  { name: 'id', kind: 'text', aliases: ['device_id'] },
  { name: 'name', kind: 'text', aliases: ['device_name', 'device'] },
  { name: 'dev_eui', kind: 'text', aliases: ['deveui', 'eui', 'device_eui'] },
  { name: 'mac', kind: 'text', aliases: ['mac_address'] },
  { name: 'uuid', kind: 'text', aliases: ['device_uuid'] },
  { name: 'serial', kind: 'text', aliases: ['serial_number', 'serial_no', 'sn'] },
  { name: 'app_eui', kind: 'text', aliases: ['appeui', 'join_eui', 'joineui'] },
  { name: 'app_key', kind: 'text', aliases: ['appkey'] },
  { name: 'description', kind: 'text', aliases: [] },
  { name: 'site', kind: 'text', aliases: [] },
  { name: 'profile', kind: 'text', aliases: ['device_profile', 'profile_name'] },
  { name: 'profile_id', kind: 'text', aliases: [] },
  { name: 'place', kind: 'text', aliases: ['place_name'] },
  { name: 'place_id', kind: 'text', aliases: [] },
  { name: 'labels', kind: 'list', aliases: ['label', 'tags', 'tag'] },
  { name: 'label_ids', kind: 'list', aliases: ['labelsid'] },
  { name: 'expected_transmit_time', kind: 'number', aliases: ['expected_interval', 'expected_minutes'] },
  { name: 'status', kind: 'text', aliases: [] },
  { name: 'latitude', kind: 'number', of: 'location', aliases: ['lat'] },
  { name: 'longitude', kind: 'number', of: 'location', aliases: ['lon', 'lng', 'long'] },
  { name: 'altitude', kind: 'number', of: 'location', aliases: ['alt', 'elevation'] },
  { name: 'location_source', kind: 'text', of: 'location', key: 'source', aliases: [] },
  { name: 'metadata', kind: 'json', aliases: ['meta'] },
  { name: 'last_seen_at', kind: 'text', aliases: ['last_seen'] },
  { name: 'created_at', kind: 'text', aliases: [] },
  { name: 'updated_at', kind: 'text', aliases: [] },
];

/** Keys and label ids are never written: the former are secret, the latter named. */
export const exportedColumns = columns.filter(
  ({ name }) => !['app_key', 'label_ids', 'profile_id', 'updated_at'].includes(name),
);

/** The columns of a header, however it is written. */
export function columnsOf(header: readonly string[]): Column[] {
  const found = header.map((cell) => {
    const name = cell
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_');
    const column = columns.find((one) => one.name === name || one.aliases.includes(name));
    if (column === undefined) throw new ImportUnreadable(`there is no column "${cell.trim().slice(0, 100)}"`);
    return column;
  });
  const twice = found.find((column, index) => found.indexOf(column) !== index);
  if (twice !== undefined) throw new ImportUnreadable(`the column "${twice.name}" is there twice`);
  if (!found.some(({ name }) => name === 'name')) throw new ImportUnreadable('there is no column "name"');
  return found;
}

/** What the cells of one row say. An empty cell says nothing. */
export function givenOf(header: readonly Column[], cells: readonly string[], row: number): GivenRow {
  const given: Record<string, unknown> = {};
  const errors: FieldError[] = [];
  if (cells.length > header.length) errors.push({ path: '', message: 'has more cells than the header' });
  header.forEach((column, index) => {
    const cell = (cells[index] ?? '').trim();
    if (cell === '') return;
    const value = valueOf(column, cell);
    if (value === undefined) errors.push({ path: column.name, message: 'must be JSON' });
    else if (column.of === undefined) given[column.name] = value;
    else given[column.of] = { ...Object(given[column.of]), [column.key ?? column.name]: value };
  });
  return { row, given, errors };
}

/** One line of a CSV file. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Names as one cell: between bars, and as JSON where a name holds one. */
export function listCell(names: readonly string[]): string {
  const isPlain = names.every((name) => !name.includes('|') && !name.startsWith('[') && name.trim() === name);
  return isPlain ? names.join('|') : JSON.stringify(names);
}

function valueOf({ kind }: Column, cell: string): unknown {
  if (kind === 'number') return numberOf(cell);
  const text = unguarded(cell);
  if (kind === 'text') return text;
  if (kind === 'json') return parsed(text);
  if (text.startsWith('[')) return parsed(text);
  return text
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Also with a decimal comma, as spreadsheets of half of Europe write it. What is no number is told by the validation. */
function numberOf(cell: string): unknown {
  const plain = /^[+-]?\d+,\d+$/.test(cell) ? cell.replace(',', '.') : cell;
  const number = Number(unguarded(plain));
  return Number.isFinite(number) ? number : cell;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
