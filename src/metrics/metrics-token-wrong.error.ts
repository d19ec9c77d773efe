import { AppError } from '../core/errors/app-error.js';

/** METRICS_TOKEN is set, and the request does not carry it. */
export class MetricsTokenWrong extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'metrics.token_wrong';

  constructor() {
    super('the metrics are read with METRICS_TOKEN as bearer');
  }
}
