import { AppError } from '../../../core/errors/app-error.js';

/** No such replay in this tenant. */
export class ReplayNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'replay.not_found';

  constructor() {
    super('there is no such replay');
  }
}

/** No such delivery in this tenant, or its day is past retention. */
export class NoSuchDelivery extends AppError {
  readonly kind = 'not_found';
  readonly code = 'delivery.not_found';

  constructor() {
    super('there is no such delivery');
  }
}

/** Only what has ended can be made again; this one is still to be delivered. */
export class DeliveryStillWaits extends AppError {
  readonly kind = 'conflict';
  readonly code = 'delivery.still_waiting';

  constructor() {
    super('the delivery has not ended yet; it is tried again by itself');
  }
}

/** The message was the output of a step, or made of an event, that is past retention. */
export class DeliveryMessageExpired extends AppError {
  readonly kind = 'conflict';
  readonly code = 'delivery.message_expired';

  constructor() {
    super('what was to be delivered is past retention');
  }
}

/** Nobody would take it. */
export class DestinationDeleted extends AppError {
  readonly kind = 'conflict';
  readonly code = 'delivery.destination_deleted';

  constructor() {
    super('what it was for is deleted');
  }
}
