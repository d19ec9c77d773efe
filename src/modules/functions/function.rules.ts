import type { Repeats } from '../../core/http/read-only.js';
import type { Principal } from '../auth/principal.decorator.js';
import type { FunctionParameter, UserFunction } from './function.entity.js';

interface GivenParameter {
  name: string;
  type: string;
  description?: string | null;
  required?: boolean | null;
  default?: unknown;
}

/** Parameters as they are stored: every field there, a default only where one was given. */
export function parametersOf(given: readonly GivenParameter[] | null | undefined): FunctionParameter[] {
  return (given ?? []).map(({ name, type, description, required, default: value }) => ({
    name,
    type,
    description: description ?? null,
    required: required ?? false,
    ...(value === undefined ? {} : { default: value }),
  }));
}

/** The user behind a principal; a key is nobody. */
export function userIdOf(principal: Principal): string | null {
  return principal.kind === 'user' ? principal.userId : null;
}

export const functionStatuses = ['active', 'quarantined'] as const;
export type FunctionStatus = (typeof functionStatuses)[number];

/** Until when a function rests after too many limits in a row; null if it does not. */
export function restsUntil({ quarantinedUntil }: Pick<UserFunction, 'quarantinedUntil'>, now: Date): Date | null {
  return quarantinedUntil !== null && quarantinedUntil > now ? quarantinedUntil : null;
}

const longestRestMs = 60_000;

/**
 * Which of the fields that move by themselves must be held to what is stored: what GET gave a while ago can be PUT, and
 * what it cannot have given is an attempt to set them.
 */
export function movingFields(
  { status, quarantined_until: until }: { status?: unknown; quarantined_until?: unknown },
  now: Date,
): Record<string, Repeats> {
  const wasStatus = functionStatuses.some((known) => known === status);
  const wasUntil = until === null || (typeof until === 'string' && Date.parse(until) <= now.getTime() + longestRestMs);
  return { ...(wasStatus ? {} : { status: 'same' }), ...(wasUntil ? {} : { quarantined_until: 'same' }) };
}
