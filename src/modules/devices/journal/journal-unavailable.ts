import { AppError } from '../../../core/errors/app-error.js';

/** Nothing was stored, and nobody may believe that it was. */
export class JournalUnavailable extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'journal.unavailable';
  override readonly retryAfterSeconds = 1;
}
