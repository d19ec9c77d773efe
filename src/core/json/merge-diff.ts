import { isPlainObject } from './is-plain-object.js';

/**
 * The JSON merge patch (RFC 7396) that makes `to` of `from`; undefined where nothing has to change. Both are documents
 * without null members, as merging leaves them: a null in a patch takes away. Arrays are replaced as wholes.
 */
export function mergeDiff(from: unknown, to: unknown): unknown {
  if (!isPlainObject(from) || !isPlainObject(to)) return isSameJson(from, to) ? undefined : to;
  const before = new Map(Object.entries(from));
  const after = new Map(Object.entries(to));
  const patch = new Map<string, unknown>();
  for (const key of before.keys()) if (!after.has(key)) patch.set(key, null);
  for (const [key, value] of after) {
    const change = before.has(key) ? mergeDiff(before.get(key), value) : value;
    if (change !== undefined) patch.set(key, change);
  }
  return patch.size === 0 ? undefined : Object.fromEntries(patch);
}

/**
 * What of `wanted` is not so in `present`; what objects in `present` have besides does not count. A list is so when it has
 * as many items and each is; else all of it is missing, because a merge patch replaces it. Undefined: all of it is so.
 */
export function missingFrom(present: unknown, wanted: unknown): unknown {
  if (Array.isArray(present) && Array.isArray(wanted)) {
    const isSo =
      present.length === wanted.length && wanted.every((item, at) => missingFrom(present[at], item) === undefined);
    return isSo ? undefined : wanted;
  }
  if (!isPlainObject(wanted) || !isPlainObject(present)) return isSameJson(present, wanted) ? undefined : wanted;
  const there = new Map(Object.entries(present));
  const missing = new Map<string, unknown>();
  for (const [key, value] of Object.entries(wanted)) {
    const part = there.has(key) ? missingFrom(there.get(key), value) : value;
    if (part !== undefined) missing.set(key, part);
  }
  return missing.size === 0 ? undefined : Object.fromEntries(missing);
}

/** As PostgreSQL compares jsonb: whatever the order of keys, and -0 is 0. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSameJson(item, other[index]));
  }
  if (!isPlainObject(one) || !isPlainObject(other)) return false;
  const theirs = new Map(Object.entries(other));
  const mine = Object.entries(one);
  return (
    mine.length === theirs.size && mine.every(([key, item]) => theirs.has(key) && isSameJson(item, theirs.get(key)))
  );
}
