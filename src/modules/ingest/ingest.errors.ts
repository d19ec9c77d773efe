import { AppError } from '../../core/errors/app-error.js';

/** The body is no JSON object, so there is nothing to store it under. */
export class UnparsableMessage extends AppError {
  readonly kind = 'invalid';
  readonly code = 'ingest.unparsable';
}
