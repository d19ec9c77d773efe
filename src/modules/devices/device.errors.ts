import { AppError } from '../../core/errors/app-error.js';

/** No such device in this tenant. */
export class DeviceNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device.not_found';

  constructor() {
    super('there is no such device');
  }
}

export type DeviceIdentity = 'dev_eui' | 'mac' | 'uuid' | 'serial';

/** Another device of the tenant is found by the same DevEUI, MAC, UUID or serial number. */
export class DeviceIdentityTaken extends AppError {
  readonly kind = 'conflict';
  readonly code: `device.${DeviceIdentity}_taken`;

  constructor(identity: DeviceIdentity, value: string) {
    super(`another device has the ${identity} ${value}`);
    this.code = `device.${identity}_taken`;
  }
}

/** The device does not wear the label. */
export class LabelNotWorn extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device.label_not_worn';

  constructor() {
    super('the device does not wear this label');
  }
}
