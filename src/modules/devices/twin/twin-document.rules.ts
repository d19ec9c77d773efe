import type { FieldError } from '../../../core/errors/app-error.js';
import { isStorableText } from '../../../core/json/storable.js';

/** Of one side of a twin, as JSON in UTF-8. A state is small; what is large has a home of its own (assets, configs). */
export const maxDocumentBytes = 65_536;
/** Objects and arrays within each other. Ten are a lot; a tower of brackets is an attack. */
export const maxDocumentDepth = 32;
const maxFaults = 20;

/**
 * Everything that keeps a part of a twin from being stored, each with its path as the sender wrote it:
 * `target.apps.1001.services.0`.
 */
export function faultsOf(value: unknown, path: string): FieldError[] {
  const faults: FieldError[] = [];
  look(value, path, maxDocumentDepth, faults);
  return faults;
}

/** A target is handed to its device together with its version, under this name (document 000's agents read it there). */
export function whyReserved(target: object | null, path: string): FieldError[] {
  const isTaken = target !== null && 'version' in target && target.version !== null;
  return isTaken
    ? [{ path: `${path}.version`, message: 'is the version of the target itself and counts by itself' }]
    : [];
}

/** Undefined: it is not too long. */
export function whyTooLong(document: unknown, path: string): FieldError | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(document));
  const message = `would be ${bytes} bytes long as JSON; ${maxDocumentBytes} are the most`;
  return bytes > maxDocumentBytes ? { path, message } : undefined;
}

function look(value: unknown, path: string, depthLeft: number, faults: FieldError[]): void {
  if (faults.length === maxFaults) return;
  if (typeof value === 'string') {
    if (!isStorableText(value)) faults.push({ path, message: 'must not hold U+0000 or half a surrogate pair' });
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) faults.push({ path, message: 'must not be a number beyond 1.8e308' });
  } else if (typeof value === 'object' && value !== null) {
    if (depthLeft === 0) {
      faults.push({ path, message: `is nested more than ${maxDocumentDepth} levels deep` });
      return;
    }
    for (const [key, item] of Object.entries(value)) lookAtMember(key, item, path, depthLeft, faults);
  }
}

function lookAtMember(key: string, item: unknown, path: string, depthLeft: number, faults: FieldError[]): void {
  if (isStorableText(key)) {
    look(item, path === '' ? key : `${path}.${key}`, depthLeft - 1, faults);
  } else {
    faults.push({ path, message: 'must not have a name with U+0000 or half a surrogate pair' });
  }
}
