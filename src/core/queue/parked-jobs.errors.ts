import { AppError } from '../errors/app-error.js';

/** No job of that id is parked: it never was, has been let go, or is done. */
export class ParkedJobNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'parked_job.not_found';

  constructor() {
    super('there is no parked job of that id');
  }
}
