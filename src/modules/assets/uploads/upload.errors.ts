import { AppError, type FieldError } from '../../../core/errors/app-error.js';

/** The form is not as it has to be; says which field. */
export class UploadInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'asset_upload.invalid';
  override readonly errors: readonly FieldError[];

  constructor(path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`);
    this.errors = [{ path, message }];
  }
}

/** The signature is not that of any key that may upload, or of something else. */
export class UploadSignatureWrong extends AppError {
  readonly kind = 'invalid';
  readonly code = 'asset_upload.signature_wrong';
  override readonly errors: readonly FieldError[] = [
    { path: 'signature', message: 'is not that of this upload by a known key' },
  ];

  constructor() {
    super('signature: is not that of this upload by a known key');
  }
}

/** The same signature has been accepted before. */
export class UploadSignatureUsed extends AppError {
  readonly kind = 'invalid';
  readonly code = 'asset_upload.signature_used';
  override readonly errors: readonly FieldError[] = [
    { path: 'signature', message: 'was used already; sign again, with another timestamp' },
  ];

  constructor() {
    super('signature: was used already; sign again, with another timestamp');
  }
}

/** The file is longer than ASSETS_MAX_BYTES. */
export class UploadTooLarge extends AppError {
  readonly kind = 'too_large';
  readonly code = 'asset_upload.too_large';

  constructor(maxBytes: number) {
    super(`a file must not be larger than ${maxBytes} bytes`);
  }
}

/** The body is no form with files. */
export class UploadTypeWrong extends AppError {
  readonly kind = 'unsupported_media_type';
  readonly code = 'asset_upload.wrong_type';

  constructor() {
    super('an upload is multipart/form-data with file, timestamp and signature');
  }
}

/** Each holds a place on disk before it is known whose it is. */
export class TooManyUploads extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'asset_upload.too_many';
  override readonly retryAfterSeconds = 5;

  constructor() {
    super('too many files are coming in at once');
  }
}
