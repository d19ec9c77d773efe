import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

/** A body as it comes in, on a route that @TakesBodyStream(). */
export interface BodyStream {
  /** Without its parameters, in lower case; empty where the request says none. */
  contentType: string;
  /** The same as it was sent: the boundaries of a form stand in its parameters. */
  header: string;
  bytes: Readable;
}

/** On this route bodies of the types in `streamedTypes` are not read but handed on; it must limit them itself. */
export const TakesBodyStream = (more: object = {}) => RouteConfig({ streamBody: true, ...more });

/** What a streamed body may be. Other types on such a route are read as everywhere. */
export const streamedTypes = [
  'text/csv',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'multipart/form-data',
];

/** The body of the request; one that nobody sent has nothing in it. */
export const StreamedBody = createParamDecorator((_: unknown, context: ExecutionContext): BodyStream => {
  const { body, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const header = headers['content-type'] ?? '';
  const [contentType = ''] = header.split(';');
  return {
    contentType: contentType.trim().toLowerCase(),
    header,
    bytes: body instanceof Readable ? body : Readable.from([]),
  };
});
