import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { isDeepStrictEqual } from 'node:util';
import type { FieldError } from '../errors/app-error.js';
import { ValidationFailed } from '../errors/validation-failed.js';

/** A field that a request may repeat as it was read, but not set. Declare it `?: unknown` and check it below. */
export const ReadOnly = (options: ApiPropertyOptions = {}) =>
  applyDecorators(Allow(), ApiPropertyOptional({ type: String, ...options, readOnly: true }));

/**
 * How a read-only field may come back: `same` as it is stored now; `not_later`, for times and versions that the server
 * moves forward, also as it was when the client read it, so that the second identical PUT succeeds like the first.
 */
export type Repeats = 'same' | 'not_later';

/**
 * Refuses a request that would set read-only fields. What GET gave can be PUT; anything else is named.
 *
 * @example refuseReadOnly(request, labelResponseOf(stored), { id: 'same', created_at: 'same', updated_at: 'not_later' });
 */
export function refuseReadOnly(sent: object, stored: object, fields: Readonly<Record<string, Repeats>>): void {
  const errors = Object.entries(fields).flatMap(([name, repeats]): FieldError[] => {
    const value: unknown = Reflect.get(sent, name);
    const current: unknown = Reflect.get(stored, name);
    const accepted =
      value === undefined ||
      isDeepStrictEqual(value, current) ||
      (repeats === 'not_later' && isNotLater(value, current));
    return accepted ? [] : [{ path: name, message: 'is read-only and differs from what is stored' }];
  });
  if (errors.length > 0) throw new ValidationFailed(errors);
}

function isNotLater(value: unknown, current: unknown): boolean {
  if (value === null) return true; // it had not happened yet
  if (typeof value === 'number' && typeof current === 'number') return value <= current;
  if (typeof value === 'string' && typeof current === 'string') return Date.parse(value) <= Date.parse(current);
  return false;
}
