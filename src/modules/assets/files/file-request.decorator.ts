import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';

/** What a request says of the part of a file that it wants, and of the state that it knows. */
export interface FileConditions {
  range?: string | undefined;
  ifRange?: string | undefined;
  ifNoneMatch?: string | undefined;
}

export const AskedFile = createParamDecorator((_: unknown, context: ExecutionContext): FileConditions => {
  const {
    range,
    'if-range': ifRange,
    'if-none-match': ifNoneMatch,
  } = context.switchToHttp().getRequest<FastifyRequest>().headers;
  return { range, ifRange: typeof ifRange === 'string' ? ifRange : undefined, ifNoneMatch };
});

const bytes = { schema: { type: 'string', format: 'binary' } } as const;
const text = { schema: { type: 'string' } } as const;
const headers = {
  ETag: { description: 'The SHA-256 of the file.', ...text },
  Digest: { description: '`sha-256=` and the hash in base64, of the whole file.', ...text },
  'X-Asset-Version': { description: 'Which version it is.', ...text },
};

/** Documents what a route that answers with a file has in common with the others. */
export const ApiFile = () =>
  applyDecorators(
    ApiHeader({ name: 'Range', required: false, description: 'One range of bytes.', schema: { type: 'string' } }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag that is known.',
      schema: { type: 'string' },
    }),
    ApiProduces('application/octet-stream'),
    ApiOkResponse({ ...bytes, headers, description: 'The whole file.' }),
    ApiResponse({ status: 206, ...bytes, headers, description: 'The part that was asked for.' }),
    ApiResponse({ status: 304, description: 'It is still the one that If-None-Match names.' }),
    ApiProblems(416),
  );
