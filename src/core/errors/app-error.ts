/** What went wrong, in the words of HTTP but without it; core/http turns a kind into a status. */
export type ErrorKind =
  | 'invalid' // 400: malformed or not allowed by the contract
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'conflict' // 409: duplicate, or still in use
  | 'precondition_failed' // 412: If-Match names another version
  | 'too_large' // 413
  | 'unsupported_media_type' // 415
  | 'range_not_satisfiable' // 416
  | 'impossible' // 422: well-formed, but cannot be
  | 'too_many' // 429, with Retry-After
  | 'remote_failed' // 502
  | 'unavailable'; // 503, with Retry-After

/** One thing wrong with one field; `path` is dotted, as the client sent it: `nodes.3.data.entityId`. */
export interface FieldError {
  path: string;
  message: string;
}

/** The root of every error that a client may see. Its code is stable and part of the API. */
export abstract class AppError extends Error {
  abstract readonly kind: ErrorKind;
  abstract readonly code: string;
  /** What is wrong with which field, when the client can mend it. */
  readonly errors: readonly FieldError[] = [];
  /** For 429 and 503: when to try again. */
  readonly retryAfterSeconds: number | undefined = undefined;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
