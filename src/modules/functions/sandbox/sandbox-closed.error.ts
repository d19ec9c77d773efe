import { AppError } from '../../../core/errors/app-error.js';

/** A call that came, or was still waiting, when the server shut down. */
export class SandboxClosed extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'sandbox.closed';

  constructor() {
    super('the sandbox is shutting down');
  }
}
