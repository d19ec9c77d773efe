import { AppError } from '../../../core/errors/app-error.js';

/** No such record in this tenant, or none any more. */
export class AuditRecordNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'audit.not_found';

  constructor() {
    super('there is no such record');
  }
}
