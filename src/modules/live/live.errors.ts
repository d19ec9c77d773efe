import { AppError } from '../../core/errors/app-error.js';

/** The tenant has as many streams open on this server as one may have. */
export class TooManyStreams extends AppError {
  readonly kind = 'too_many';
  readonly code = 'events.too_many_streams';
  override readonly retryAfterSeconds = 15;
}

/** The server is about to stop; another one takes the stream. */
export class StreamsClosed extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'events.streams_closed';
  override readonly retryAfterSeconds = 1;
}
