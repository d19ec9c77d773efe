import { AppError, type FieldError } from '../errors/app-error.js';

/** The egress rules forbid the address that a config names. */
export class DestinationRefused extends AppError {
  readonly kind = 'invalid';
  readonly code = 'egress.refused';
  override readonly errors: readonly FieldError[];

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.errors = [{ path, message: reason }];
  }
}
