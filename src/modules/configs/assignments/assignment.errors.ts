import { AppError } from '../../../core/errors/app-error.js';

/** A config is found by a MAC, and the device has none. */
export class DeviceWithoutMac extends AppError {
  readonly kind = 'impossible';
  readonly code = 'config.device_without_mac';

  constructor() {
    super('the device has no MAC address');
  }
}

/** The template does not become a config with what the device says. */
export class TemplateUnfit extends AppError {
  readonly kind = 'impossible';
  readonly code = 'config.template_unfit';
}
