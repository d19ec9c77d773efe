import type { Principal } from '../auth/principal.decorator.js';
import type { FunctionParameter } from './function.entity.js';

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
