import { AppError } from '../../core/errors/app-error.js';

/** The server that has the image did not give it. */
export class ImageSourceFailed extends AppError {
  readonly kind = 'remote_failed';
  readonly code = 'image.source_failed';

  constructor(reason: string) {
    super(`the image cannot be fetched: ${reason}`);
  }
}

/** What was fetched is no image of a kind that is converted here. */
export class ImageFormatRefused extends AppError {
  readonly kind = 'impossible';
  readonly code = 'image.format_refused';

  constructor() {
    super('only PNG, JPEG, GIF and WebP images are converted');
  }
}

/** The file, the picture in it, or the image that would be made of it is too large. */
export class ImageTooLarge extends AppError {
  readonly kind = 'impossible';
  readonly code = 'image.too_large';
}

/** It says that it is an image, and is broken. */
export class ImageBroken extends AppError {
  readonly kind = 'impossible';
  readonly code = 'image.broken';

  constructor() {
    super('the image is broken or not whole');
  }
}

/** A header is to be forwarded that the request does not have. */
export class ForwardedHeaderMissing extends AppError {
  readonly kind = 'invalid';
  readonly code = 'image.header_missing';

  constructor(name: string) {
    super(`the header "${name}" is to be forwarded, but the request does not have it`);
  }
}

/** A header is to be forwarded that is nobody else's business, or no header. */
export class ForwardedHeaderRefused extends AppError {
  readonly kind = 'invalid';
  readonly code = 'image.header_refused';

  constructor(name: string, reason: string) {
    super(`the header "${name}" is not forwarded: ${reason}`);
  }
}

/** This process has as many images in hand as it may. */
export class ImagesBusy extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'image.busy';
  override readonly retryAfterSeconds = 2;

  constructor() {
    super('too many images are being converted at this moment');
  }
}
