import { AppError } from '../../../core/errors/app-error.js';

/** No such token in this tenant. */
export class DeviceTokenNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device_token.not_found';

  constructor() {
    super('there is no such token');
  }
}

/** It was claimed: what it was exchanged for is ended as a key. */
export class DeviceTokenSpent extends AppError {
  readonly kind = 'conflict';
  readonly code = 'device_token.claimed';

  constructor() {
    super('the token was claimed already; revoke the key that the device got for it');
  }
}

/** One text for a token that is unknown, used, expired or revoked: document 002’s. */
export class ClaimRefused extends AppError {
  readonly kind = 'invalid';
  readonly code = 'claim.refused';

  constructor(detail = 'Invalid or expired provisioning token.') {
    super(detail);
  }
}
