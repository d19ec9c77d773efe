import { AppError, type FieldError } from './app-error.js';

/** A request that does not fit its contract; names each field and what is wrong with it. */
export class ValidationFailed extends AppError {
  readonly kind = 'invalid';
  readonly code = 'validation.failed';
  override readonly errors: readonly FieldError[];

  constructor(errors: FieldError[]) {
    super(errors.map((error) => (error.path === '' ? error.message : `${error.path}: ${error.message}`)).join('; '));
    this.errors = errors;
  }
}
