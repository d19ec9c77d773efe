import { AppError } from '../../../core/errors/app-error.js';

/** No such import in this tenant, or it is long ago. */
export class DeviceImportNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'device_import.not_found';

  constructor() {
    super('there is no such import');
  }
}

/** Not a row but the file as a whole cannot be read: nothing of it was taken in. */
export class ImportUnreadable extends AppError {
  readonly kind = 'invalid';
  readonly code = 'device_import.unreadable';
}

/** Neither CSV nor JSON lines. */
export class ImportTypeUnknown extends AppError {
  readonly kind = 'unsupported_media_type';
  readonly code = 'device_import.unknown_type';

  constructor() {
    super('an import is text/csv or application/x-ndjson');
  }
}
