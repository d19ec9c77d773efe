import { isDeepStrictEqual } from 'node:util';

/** One place in which two contents differ. */
export interface ContentChange {
  op: 'add' | 'remove' | 'replace';
  /** A JSON Pointer (RFC 6901). */
  path: string;
  /** Absent where there was nothing. */
  before?: unknown;
  /** Absent where there is nothing. */
  after?: unknown;
}

/**
 * What has to be done to the one to get the other: by key in objects, by position in lists. A content that is not there
 * (null) is an empty place, so that the whole of the other is added or removed.
 */
export function diffOf(before: unknown, after: unknown): ContentChange[] {
  if (before === null && after === null) return [];
  if (before === null) return [{ op: 'add', path: '', after }];
  if (after === null) return [{ op: 'remove', path: '', before }];
  return differences(before, after, '');
}

function differences(before: unknown, after: unknown, path: string): ContentChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [from, to] = [partsOf(before), partsOf(after)];
  if (from === null || to === null || Array.isArray(before) !== Array.isArray(after)) {
    return [{ op: 'replace', path, before, after }];
  }
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key): ContentChange[] => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!to.has(key)) return [{ op: 'remove', path: at, before: from.get(key) }];
    if (!from.has(key)) return [{ op: 'add', path: at, after: to.get(key) }];
    return differences(from.get(key), to.get(key), at);
  });
}

function partsOf(value: unknown): Map<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}
