import { AppError } from '../../../core/errors/app-error.js';

/** No such provisioning key in this tenant. */
export class ProvisioningKeyNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'provisioning_key.not_found';

  constructor() {
    super('there is no such provisioning key');
  }
}

/** As many devices have registered with it as may. */
export class ProvisioningKeyExhausted extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'provisioning_key.exhausted';

  constructor() {
    super('as many devices have registered with this provisioning key as may');
  }
}

/** It was revoked, disabled or has expired while the device was registering. */
export class ProvisioningKeyEnded extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'provisioning_key.ended';

  constructor() {
    super('this provisioning key is good no more');
  }
}
