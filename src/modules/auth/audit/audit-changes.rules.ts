import { isDeepStrictEqual } from 'node:util';
import { storableJson } from '../../../core/json/storable-json.js';

/** What a field was and what it became; null where there was or is nothing. */
export interface FieldChange {
  before: unknown;
  after: unknown;
}

export type FieldChanges = Record<string, FieldChange>;

/** The fields of a row or of an answer, named in either case. */
export type Fields = object;

const mask = '********';
/** Says when, where and by its place in the row: the record has all of it already. */
const ownFields = new Set(['id', 'tenant_id', 'created_at', 'updated_at', 'deleted_at']);
const sealedEnding = /_(sealed|hash)$/;
const secretName =
  /(^|[_-])(password|passwd|secret|secrets|token|authorization|credentials?|(api|app|private|nwk)[_-]?key)$/i;
/** A value longer than this as JSON is told by its length: the row's own versions keep the whole. */
const maxCharacters = 4_096;

/**
 * The fields that differ, in snake_case. Secrets only say that they changed, and so do sealed columns and hashes, under
 * the name of what they hide. Values come out as jsonb takes them.
 */
export function changesOf(before: Fields | undefined, after: Fields | undefined): FieldChanges {
  const [was, is] = [recorded(before), recorded(after)];
  const changes: FieldChanges = {};
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [from, to] = [was[name] ?? null, is[name] ?? null];
    if (isDeepStrictEqual(from, to)) continue;
    changes[name.replace(sealedEnding, '')] = { before: shown(name, from), after: shown(name, to) };
  }
  return changes;
}

function recorded(fields: Fields | undefined): Record<string, unknown> {
  if (fields === undefined) return {};
  const plain = JSON.parse(storableJson(fields)) as Record<string, unknown>;
  const named = Object.entries(plain).map(([name, value]) => [snakeCase(name), value] as const);
  return Object.fromEntries(named.filter(([name]) => !ownFields.has(name)));
}

function shown(name: string, value: unknown): unknown {
  const safe = masked(name, value);
  const characters = JSON.stringify(safe).length;
  return characters > maxCharacters ? { omitted_characters: characters } : safe;
}

function masked(name: string, value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (sealedEnding.test(name) || secretName.test(name)) return mask;
  if (Array.isArray(value)) return value.map((item) => masked('', item));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(snakeCase(key), inner)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
