import { AppError } from '../../../core/errors/app-error.js';

/** Nothing is parked under this DevEUI in this tenant. */
export class UnknownDeviceNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'unknown_device.not_found';

  constructor() {
    super('no messages are parked under this DevEUI');
  }
}

/** What is parked came under something that no device can have as its DevEUI. */
export class DevEuiUnusable extends AppError {
  readonly kind = 'impossible';
  readonly code = 'unknown_device.dev_eui_unusable';

  constructor() {
    super('a DevEUI is 16 hex digits: no device can be made of this one');
  }
}
