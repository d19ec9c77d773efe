import { AppError } from '../../../core/errors/app-error.js';

/** Whose history is asked for. */
export type HistorySubject = 'flow' | 'function' | 'integration' | 'label';

/** There never was such a flow, function, integration or label in this tenant. */
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

/** The integration has no such delivery, or its day is past retention. */
export class DeliveryNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'integration.delivery_not_found';

  constructor() {
    super('the integration has no such delivery');
  }
}
