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
  415: 'This Content-Type is not read here.',
  422: 'Well-formed, but impossible.',
  429: 'Too often; Retry-After says when to come back.',
  502: 'A remote server failed.',
  503: 'Not now; Retry-After says when to come back.',
};

/** Documents the errors of a route beyond those of every guarded one: 400, 401 and 403. */
export const ApiProblems = (...statuses: number[]) => problems([400, 401, 403, ...statuses]);

/** Documents the errors of a route that asks for no credential. */
export const ApiPublicProblems = (...statuses: number[]) => problems([400, ...statuses]);

function problems(statuses: readonly number[]) {
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: descriptions[status] ?? 'A problem.',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
      }),
    ),
  );
}
