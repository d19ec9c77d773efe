import { AppError } from '../../core/errors/app-error.js';

/** The upstream knows this instance by what would be changed. */
export class IdentityRegistered extends AppError {
  readonly kind = 'conflict';
  readonly code = 'identity.registered';

  constructor() {
    super('this instance is registered with an upstream by its uuid, key and endpoint: reset it first');
  }
}

/** The upstream answered, and its answer is no that another try would not change. */
export class UpstreamRefused extends AppError {
  readonly kind = 'remote_failed';
  readonly code = 'identity.upstream_refused';
}
