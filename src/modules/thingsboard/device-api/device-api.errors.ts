import { AppError } from '../../../core/errors/app-error.js';

/** No device has this access token. */
export class AccessTokenRefused extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'device_access_token.unknown';

  constructor() {
    super('the access token is unknown, or its device is retired');
  }
}

/** The body is in none of the forms that telemetry or attributes may have. */
export class DeviceMessageInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'device_message.invalid';
}

/** More readings in one request than are stored for one device at once. Nothing of it was stored. */
export class TooManyAtOnce extends AppError {
  readonly kind = 'too_large';
  readonly code = 'device_message.too_many_at_once';

  constructor(most: number) {
    super(`one request may hold ${most.toString()} messages`);
  }
}
