import { AppError } from '../../../core/errors/app-error.js';

/** Nobody can tell whether a token is good: its key is not known, and the issuer does not say it. */
export class IssuerAway extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'auth.issuer_away';
  override readonly retryAfterSeconds = 5;

  constructor(override readonly cause: unknown) {
    super('the issuer of this token cannot be asked for its keys');
  }
}
