import { AppError } from '../../../core/errors/app-error.js';

/** The text in the place of a token is none: to whoever tries addresses there is nothing here. */
export class NoAccessToken extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device_access_token.not_found';

  constructor() {
    super('there is nothing at this path');
  }
}
