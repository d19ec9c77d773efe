import { AppError } from '../../core/errors/app-error.js';

/** No such integration in this tenant. */
export class IntegrationNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'integration.not_found';

  constructor() {
    super('there is no such integration');
  }
}

/** Another integration of the tenant has the name. */
export class IntegrationNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'integration.name_taken';

  constructor(name: string) {
    super(`there is already an integration named "${name}"`);
  }
}
