import { AppError } from './app-error.js';

/** Somebody else saved in between: If-Match names another state than the stored one. */
export class PreconditionFailed extends AppError {
  readonly kind = 'precondition_failed';
  readonly code = 'precondition.failed';

  constructor() {
    super('it was changed since you read it: read it again, then repeat the edit');
  }
}
