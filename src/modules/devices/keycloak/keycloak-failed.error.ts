import { AppError } from '../../../core/errors/app-error.js';

/** Keycloak is away, or refused us: what needed it was not done at all. */
export class KeycloakFailed extends AppError {
  readonly kind = 'remote_failed';
  readonly code = 'keycloak.failed';

  constructor(
    reason: string,
    override readonly cause: unknown,
  ) {
    super(`Keycloak could not be told of the device, so nothing was changed: ${reason}`);
  }
}
