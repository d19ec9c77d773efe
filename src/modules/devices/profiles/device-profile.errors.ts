import { AppError } from '../../../core/errors/app-error.js';

/** No such device profile in this tenant. */
export class DeviceProfileNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device_profile.not_found';

  constructor() {
    super('there is no such device profile');
  }
}

/** Another device profile of the tenant has the name. */
export class DeviceProfileNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'device_profile.name_taken';

  constructor(name: string) {
    super(`there is already a device profile named "${name}"`);
  }
}

/** Devices or keys name the profile: force leaves them without one. */
export class DeviceProfileInUse extends AppError {
  readonly kind = 'conflict';
  readonly code = 'device_profile.in_use';

  constructor(deviceCount: number, apiKeyCount: number) {
    super(
      `${deviceCount} device(s) are of this profile and ${apiKeyCount} API key(s) give it to new ones; with ?force=true ` +
        'they do so no more',
    );
  }
}
