import { AppError } from '../../../core/errors/app-error.js';

/** Passwords are checked as fast as this process can, and too many wait already. */
export class TooManyLogins extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'auth.busy';
  override readonly retryAfterSeconds = 2;
  constructor() {
    super('too many people log in at this moment');
  }
}
