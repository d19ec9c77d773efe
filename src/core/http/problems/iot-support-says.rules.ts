import type { AlsoSays } from './send-problem.js';

/** The code that document 003's clients know for a status; where there is none, ours stays. */
const codes: Readonly<Record<number, string>> = {
  404: 'RECORD_NOT_FOUND',
  409: 'RECORD_EXISTS',
  500: 'PROCESSING_ERROR',
  502: 'EXTERNAL_SERVICE_ERROR',
};
const invalid = 'VALIDATION_FAILED';
const impossible = 'INVALID_OPERATION';

/**
 * What document 003's clients read of an error, on the routes of configs, assets and images: `error`, `details`, its own
 * `code`, and `correlationId`. Our code is then the end of `type`.
 *
 * @example
 * @RouteConfig({ alsoSays: iotSupportSays })
 */
export const iotSupportSays: AlsoSays = ({ status, code, detail, errors = [] }, requestId) => ({
  error: detail,
  details: errors.length === 0 ? {} : { errors: errors.map(({ path, message }) => ({ message, field: path })) },
  code: (status === 400 ? (errors.length === 0 ? impossible : invalid) : codes[status]) ?? code,
  correlationId: requestId,
});
