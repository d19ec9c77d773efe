import { AppError } from '../errors/app-error.js';

/** No name server knows the host, or none could be asked. */
export class HostUnknown extends AppError {
  readonly kind = 'remote_failed';
  readonly code = 'egress.host_unknown';

  constructor(
    host: string,
    override readonly cause: unknown,
  ) {
    super(`the name ${host} has no address`);
  }
}
