import { AppError } from '../errors/app-error.js';

/** The address lies inside: it may only be reached where EGRESS_ALLOW_CIDRS says so. */
export class EgressRefused extends AppError {
  readonly kind = 'invalid';
  readonly code = 'egress.refused';
}
