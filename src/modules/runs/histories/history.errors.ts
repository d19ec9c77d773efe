import { AppError } from '../../../core/errors/app-error.js';
import type { DestinationType } from '../channels/channels.service.js';

/** Whose history is asked for. */
export type HistorySubject = 'flow' | 'function' | 'label' | DestinationType;

/** There never was such a row in this tenant. */
export class SubjectNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code: `${HistorySubject}.not_found`;

  constructor(subject: HistorySubject) {
    super(`there is no such ${subject}`);
    this.code = `${subject}.not_found`;
  }
}

/** The flow has no such run, or its day is past retention. */
export class RunNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'flow.run_not_found';

  constructor() {
    super('the flow has no such run');
  }
}

/** The destination has no such delivery, or its day is past retention. */
export class DeliveryNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code: `${DestinationType}.delivery_not_found`;

  constructor(type: DestinationType) {
    super(`the ${type} has no such delivery`);
    this.code = `${type}.delivery_not_found`;
  }
}
