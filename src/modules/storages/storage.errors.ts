import { AppError } from '../../core/errors/app-error.js';

/** No such storage in this tenant. */
export class StorageNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'storage.not_found';

  constructor() {
    super('there is no such storage');
  }
}

/** Another storage of the tenant has the name. */
export class StorageNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'storage.name_taken';

  constructor(name: string) {
    super(`there is already a storage named "${name}"`);
  }
}
