import { AppError } from '../../../core/errors/app-error.js';

/** Says how long to wait, and nothing of whom or what: the account may not even exist. */
export class TooManyAttempts extends AppError {
  readonly kind = 'too_many';
  readonly code = 'auth.too_many_attempts';
  override readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('too many attempts: wait as long as Retry-After says');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
