import { AppError } from '../../../core/errors/app-error.js';

/** Telemetry is one JSON object; its text is document 002’s. */
export class PayloadIsNoObject extends AppError {
  readonly kind = 'invalid';
  readonly code = 'telemetry.not_an_object';

  constructor() {
    super('Payload must be a JSON object.');
  }
}
