import { AppError } from '../../../core/errors/app-error.js';

/** This instance has no identity of its own that could be registered elsewhere. */
export class LocalRegistrationUnavailable extends AppError {
  readonly kind = 'not_found';
  readonly code = 'local_registration.not_found';

  constructor() {
    super('this instance cannot be registered elsewhere; a device that registers here sends no apiEndpoint');
  }
}
