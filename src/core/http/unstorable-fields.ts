import type { FieldError } from '../errors/app-error.js';
import { isStorableText } from '../json/storable.js';

/** Deeper than any request of ours; what follows would walk down recursively and overflow. */
const maxDepth = 64;
const maxFaults = 20;

/** Every text in the value, key or content, that PostgreSQL would refuse, and every tower of brackets. */
export function unstorableFields(value: unknown, path = ''): FieldError[] {
  const faults: FieldError[] = [];
  visit(value, path, 0, faults);
  return faults;
}

function visit(value: unknown, path: string, depth: number, faults: FieldError[]): void {
  if (faults.length >= maxFaults) return;
  if (typeof value === 'string') {
    if (!isStorableText(value)) faults.push({ path, message: 'must not hold U+0000 or half a surrogate pair' });
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    if (depth === maxDepth) {
      faults.push({ path, message: 'is nested too deeply' });
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      const shown = key.toWellFormed().replaceAll('\u0000', '\ufffd');
      const at = path === '' ? shown : `${path}.${shown}`;
      if (!isStorableText(key))
        faults.push({ path: at, message: 'its name must not hold U+0000 or half a surrogate pair' });
      visit(item, at, depth + 1, faults);
    }
  }
}
