import { AppError } from '../../../core/errors/app-error.js';

/** No such key in this tenant. */
export class AssetKeyNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'asset_key.not_found';

  constructor() {
    super('there is no such key for assets');
  }
}

/** Another key of the tenant has the name. */
export class AssetKeyNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'asset_key.name_taken';

  constructor(name: string) {
    super(`there is already a key for assets named "${name}"`);
  }
}
