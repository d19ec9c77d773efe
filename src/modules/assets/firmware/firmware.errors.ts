import { AppError } from '../../../core/errors/app-error.js';

/** The profile is not there, is not that of the device, or offers no image. */
export class FirmwareNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'firmware.not_found';

  constructor() {
    super('there is no firmware for this profile');
  }
}

/** The file does not say of itself what firmware it is. */
export class NotAnImage extends AppError {
  readonly kind = 'impossible';
  readonly code = 'firmware.not_an_image';

  constructor(filename: string, version: number) {
    super(`version ${version} of ${filename} is no image of an ESP32: it has no app description`);
  }
}
