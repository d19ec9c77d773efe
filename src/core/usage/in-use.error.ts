import { AppError, type FieldError } from '../errors/app-error.js';
import type { Usage } from './usage.js';

/** The row cannot be deleted: others name it. */
export class InUse extends AppError {
  readonly kind = 'conflict';
  readonly code = 'resource.in_use';
  override readonly errors: readonly FieldError[];

  constructor(kind: string, usages: readonly Usage[]) {
    super(`the ${kind} is used by ${usages.map((usage) => `${usage.kind} "${usage.name}"`).join(', ')}`);
    this.errors = usages.map((usage) => ({ path: '', message: `used by ${usage.kind} "${usage.name}" (${usage.id})` }));
  }
}
