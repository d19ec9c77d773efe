import { AppError, type FieldError } from '../../../core/errors/app-error.js';

/** This instance has no identity of its own that could be registered elsewhere. */
export class LocalRegistrationUnavailable extends AppError {
  readonly kind = 'not_found';
  readonly code = 'local_registration.not_found';

  constructor() {
    super('this instance cannot be registered elsewhere; a device that registers here sends no apiEndpoint');
  }
}

/** What a device said of itself cannot be taken. */
export class RegistrationInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'registration.invalid';
  override readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; '));
    this.errors = errors;
  }
}

/** The device is registered and has used its key; its provisioning key refuses a second time. */
export class DeviceAlreadyRegistered extends AppError {
  readonly kind = 'conflict';
  readonly code = 'registration.refused';

  constructor(uuid: string) {
    super(`the device ${uuid} is registered and has its key; its provisioning key refuses to register it again`);
  }
}

/** More than one device is what the registration says it is. */
export class DeviceAmbiguous extends AppError {
  readonly kind = 'conflict';
  readonly code = 'registration.ambiguous';

  constructor(what: string) {
    super(`more than one device has ${what}: it is not clear which one registers`);
  }
}

/** Nobody of this tenant has this uuid, or the device that asks is another one. */
export class RegisteredDeviceNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device.not_found';

  constructor() {
    super('there is no such device');
  }
}

/** The device did not show that it has its key. */
export class KeyNotProved extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'key_exchange.not_proved';

  constructor() {
    super('deviceApiKey is not the key of this device');
  }
}
