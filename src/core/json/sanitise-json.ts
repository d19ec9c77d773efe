/** What had to be replaced or refused in a value that came from outside, with where it stood. */
export interface JsonFault {
  code: 'json.nul_character' | 'json.lone_surrogate' | 'json.not_finite' | 'json.too_deep';
  /** Dotted, as the sender wrote it: `object.temperature`. */
  path: string;
}

export const maxJsonDepth = 100;
const maxFaults = 20;

/**
 * PostgreSQL refuses a whole batch for one NUL, one lone surrogate, one 1e200000, one tower of brackets. This makes a
 * parsed value safe to store: text is made well-formed (U+FFFD where it was not), numbers that are not finite become
 * null, and what is nested deeper than a hundred levels is cut to null. Answers the value and what was done to it; the
 * value is the given one, untouched, when there was nothing to do.
 */
export function sanitiseJson(value: unknown): { value: unknown; faults: JsonFault[] } {
  if (isSafe(value, 0)) return { value, faults: [] };
  const faults: JsonFault[] = [];
  return { value: sanitise(value, '', 0, faults), faults };
}

/** Nearly every value: told without making anything. */
function isSafe(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isSafeText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxJsonDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isSafe(item, depth + 1));
  for (const key in value) if (!isSafeText(key) || !isSafe(Reflect.get(value, key), depth + 1)) return false;
  return true;
}

function isSafeText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function sanitise(value: unknown, path: string, depth: number, faults: JsonFault[]): unknown {
  switch (typeof value) {
    case 'string':
      return sanitiseText(value, path, faults);
    case 'number':
      return Number.isFinite(value) ? value : replaced(null, 'json.not_finite', path, faults);
    case 'object':
      if (value === null) return null;
      if (depth >= maxJsonDepth) return replaced(null, 'json.too_deep', path, faults);
      return Array.isArray(value)
        ? sanitiseArray(value, path, depth, faults)
        : sanitiseObject(value, path, depth, faults);
    default:
      return value;
  }
}

function sanitiseText(text: string, path: string, faults: JsonFault[]): string {
  let safe = text;
  if (!safe.isWellFormed()) safe = replaced(safe.toWellFormed(), 'json.lone_surrogate', path, faults);
  if (safe.includes('\0')) safe = replaced(safe.replaceAll('\0', '\ufffd'), 'json.nul_character', path, faults);
  return safe;
}

function sanitiseArray(items: unknown[], path: string, depth: number, faults: JsonFault[]): unknown[] {
  let result = items;
  items.forEach((item, index) => {
    const safe = sanitise(item, `${path}.${index.toString()}`, depth + 1, faults);
    if (safe === item) return;
    if (result === items) result = [...items];
    result[index] = safe;
  });
  return result;
}

function sanitiseObject(object: object, path: string, depth: number, faults: JsonFault[]): object {
  const given: [string, unknown][] = Object.entries(object);
  const safe = given.map(([key, item]): [string, unknown] => {
    const at = path === '' ? key : `${path}.${key}`;
    return [sanitiseText(key, at, faults), sanitise(item, at, depth + 1, faults)];
  });
  const isClean = safe.every(([key, item], index) => key === given[index]?.[0] && item === given[index][1]);
  return isClean ? object : Object.fromEntries(safe);
}

function replaced<T>(value: T, code: JsonFault['code'], path: string, faults: JsonFault[]): T {
  if (faults.length < maxFaults) faults.push({ code, path: path.toWellFormed().replaceAll('\0', '\ufffd') });
  return value;
}
