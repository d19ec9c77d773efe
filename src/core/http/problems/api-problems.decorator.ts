import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemResponse } from './problem.response.js';

const descriptions: Readonly<Record<number, string>> = {
  400: 'Malformed or not allowed; `errors` names the fields.',
  401: 'No credential, or one that is not known.',
  403: 'Known, but not allowed to do this.',
  404: 'There is none, or it is another tenant’s.',
  409: 'A duplicate, or still in use.',
  412: 'It was changed since it was read: If-Match names another state.',
  413: 'The body is too large.',
  414: 'A part of the path is too long.',
  415: 'This Content-Type is not read here.',
  416: 'None of the file lies in this range; Content-Range says how long it is.',
  422: 'Well-formed, but impossible.',
  429: 'Too often; Retry-After says when to come back.',
  502: 'A remote server failed.',
  503: 'Not now; Retry-After says when to come back.',
};

/**
 * Documents the errors that are a route's own: 409, 412, 422, 429, 502. What follows from its path, its method and
 * its access (400, 401, 403, 404, 413, 414, 415, 503) is written into the document for all routes alike.
 */
export const ApiProblems = (...statuses: number[]) =>
  applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...statuses.map((status) => ApiResponse({ status, ...problemDocs(status) })),
  );

/** A problem document as the answer of one status, or of every other one. */
export function problemDocs(status: number | undefined) {
  return {
    description: status === undefined ? 'Any other answer is a problem.' : (descriptions[status] ?? 'A problem.'),
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
  };
}
