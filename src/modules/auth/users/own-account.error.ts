import { AppError } from '../../../core/errors/app-error.js';

/** Who deactivates themselves could not take it back, and might have been the last. */
export class OwnAccount extends AppError {
  readonly kind = 'conflict';
  readonly code = 'user.own_account';

  constructor() {
    super('nobody deactivates their own account: ask another superuser');
  }
}
