import { parse as parseForm } from 'node:querystring';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { streamedTypes } from './body-stream.decorator.js';

type Done = (error: Error | null, body?: unknown) => void;

const jsonTypes = ['application/json', 'application/merge-patch+json'];

/**
 * JSON and forms for people; for routes that ask for it by `@RouteConfig({ rawBody: true })`, the bytes as they came,
 * because ingest stores them so and parses them once itself.
 */
export function parseBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser(jsonTypes, { bodyLimit }, (request: FastifyRequest, body: Buffer, done: Done) => {
    // Many clients say JSON also where they send nothing; whether that is enough is for the route to say.
    if (body.length === 0) done(null, undefined);
    else if (wantsBytes(request)) done(null, body);
    else void parseJson(request, body.toString(), done);
  });
  app.useBodyParser(
    'application/x-www-form-urlencoded',
    { bodyLimit },
    (_: FastifyRequest, body: Buffer, done: Done) => {
      done(null, { ...parseForm(body.toString()) });
    },
  );
  // Fastify's own reader of plain text would hand a route a string.
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser(streamedTypes, (request, body, done: Done) => {
    if (wants(request, 'streamBody')) done(null, body);
    else done(new UnsupportedMediaTypeException('this Content-Type is not read here'));
  });
  // Not through Nest: it would take this for a reason to leave its other parsers out.
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (request, body, done: Done) => {
    if (wantsBytes(request)) done(null, body);
    else done(new UnsupportedMediaTypeException('this Content-Type is not read here'));
  });
}

function wantsBytes(request: FastifyRequest): boolean {
  return wants(request, 'rawBody');
}

function wants(request: FastifyRequest, what: 'rawBody' | 'streamBody'): boolean {
  return Reflect.get(request.routeOptions.config, what) === true;
}
