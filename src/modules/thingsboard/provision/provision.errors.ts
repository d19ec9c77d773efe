import { AppError } from '../../../core/errors/app-error.js';

/** The device has been heard; who it is that asks now, nobody can tell. */
export class DeviceAlreadyProvisioned extends AppError {
  readonly kind = 'conflict';
  readonly code = 'provision.already_provisioned';

  constructor() {
    super('the device has its access token');
  }
}
