import { AppError } from '../../../../core/errors/app-error.js';

/** The device has sent nothing yet, or there is no such device; its text is document 002’s. */
export class NoTelemetry extends AppError {
  readonly kind = 'not_found';
  readonly code = 'telemetry.not_found';

  constructor() {
    super('No telemetry stored for this device.');
  }
}
