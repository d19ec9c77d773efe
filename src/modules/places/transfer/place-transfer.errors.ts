import { AppError } from '../../../core/errors/app-error.js';

/** The file is no tree of places. */
export class PlaceFileUnreadable extends AppError {
  readonly kind = 'invalid';
  readonly code = 'place_import.unreadable';
}

/** The file is longer than what is read of one. */
export class PlaceFileTooLarge extends AppError {
  readonly kind = 'too_large';
  readonly code = 'place_import.too_large';

  constructor(what: string) {
    super(`an import must not be larger than ${what}`);
  }
}

/** The file is of a kind that is not read. */
export class PlaceFileUnknown extends AppError {
  readonly kind = 'unsupported_media_type';
  readonly code = 'place_import.unknown_type';

  constructor() {
    super('an import of places is application/json or text/csv');
  }
}
