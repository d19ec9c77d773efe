import { AppError } from '../core/errors/app-error.js';

/** Some secrets are sealed with a key that nobody named: dropping old keys now would be for ever. */
export class SecretsLeftBehind extends AppError {
  readonly kind = 'conflict';
  readonly code = 'secrets.unreadable';

  constructor(table: readonly string[]) {
    super(
      [
        'Some secrets are sealed with a key that is neither SECRET_KEY nor in SECRET_KEY_PREVIOUS. Name it there too.',
        ...table,
      ].join('\n'),
    );
  }
}
