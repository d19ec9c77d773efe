import { AppError } from '../../errors/app-error.js';

/** It would be answered too late to be of use; nothing of it was read. */
export class Overloaded extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'http.overloaded';
  override readonly retryAfterSeconds = 1;

  constructor() {
    super('more messages arrive than can be taken in time');
  }
}
