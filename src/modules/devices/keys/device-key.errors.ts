import { AppError } from '../../../core/errors/app-error.js';

/** No such key of this device. */
export class DeviceKeyNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device_key.not_found';

  constructor() {
    super('the device has no such key');
  }
}

/** The device brought a key of its own that another device has, or that is no key. */
export class DeviceKeyRefused extends AppError {
  readonly kind = 'impossible';
  readonly code = 'device_key.refused';

  constructor(why: string) {
    super(`the device’s own key is refused: ${why}`);
  }
}

/** One device sends more than it may. Nothing of it was stored. */
export class TooManyMessages extends AppError {
  readonly kind = 'too_many';
  readonly code = 'telemetry.too_many';
  override readonly retryAfterSeconds = 1;

  constructor(perSecond: number) {
    super(`a device may send ${perSecond.toString()} messages a second`);
  }
}
