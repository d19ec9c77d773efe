import { AppError } from '../../core/errors/app-error.js';

/** No such label in this tenant. */
export class LabelNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'label.not_found';

  constructor() {
    super('there is no such label');
  }
}

/** Another label of the tenant has the name. */
export class LabelNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'label.name_taken';

  constructor(name: string) {
    super(`there is already a label named "${name}"`);
  }
}
