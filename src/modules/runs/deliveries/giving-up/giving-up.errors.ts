import { AppError } from '../../../../core/errors/app-error.js';

/** It has ended, or its attempt is under way and decides. */
export class DeliveryDoesNotWait extends AppError {
  readonly kind = 'conflict';
  readonly code = 'delivery.not_waiting';

  constructor() {
    super('the delivery has ended, or an attempt is under way');
  }
}
