import { AppError } from '../../../core/errors/app-error.js';

/** Telemetry is one JSON object; its text is document 002’s. */
export class PayloadIsNoObject extends AppError {
  readonly kind = 'invalid';
  readonly code = 'telemetry.not_an_object';

  constructor() {
    super('Payload must be a JSON object.');
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
