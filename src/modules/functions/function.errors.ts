import { AppError } from '../../core/errors/app-error.js';

/** No such function in this tenant. */
export class FunctionNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'function.not_found';

  constructor() {
    super('there is no such function');
  }
}

/** The function was never saved under this number. */
export class FunctionVersionNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'function.version_not_found';

  constructor(version: number) {
    super(`the function has no version ${version}`);
  }
}

/** Another function of the tenant has the name. */
export class FunctionNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'function.name_taken';

  constructor(name: string) {
    super(`there is already a function named "${name}"`);
  }
}
