import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { isStorableText } from '../../../core/json/storable.js';

/** Longer than any name or password that could be one. */
const maxLength = 1_000;

export function loginIn(body: unknown): { name: string; password: string } {
  return { name: textIn(body, 'username'), password: textIn(body, 'password') };
}

export function refreshTokenIn(body: unknown): string {
  return textIn(body, 'refreshToken');
}

function textIn(body: unknown, path: string): string {
  const text = isPlainObject(body) ? body[path] : undefined;
  const isText = typeof text === 'string' && text !== '' && text.length <= maxLength && isStorableText(text);
  if (!isText) throw new ValidationFailed([{ path, message: 'must be text' }]);
  return text;
}
