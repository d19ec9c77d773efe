import { AppError } from '../../../core/errors/app-error.js';

/** The run is known, but the event that it began with is past retention. */
export class RunMessageExpired extends AppError {
  readonly kind = 'conflict';
  readonly code = 'flow.run_message_expired';

  constructor() {
    super('the message that the run began with is past retention');
  }
}
