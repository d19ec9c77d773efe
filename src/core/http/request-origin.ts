import type { FastifyInstance } from 'fastify';
import { withOrigin } from '../origin/origin.js';
import { clientOf } from './client.js';

/**
 * Lets what a request does know where it came from. Not on quiet routes: machines call them all the time, and what they
 * do is not recorded.
 */
export function rememberOrigins(fastify: FastifyInstance): void {
  // Not earlier: a body arrives by events of the socket, which do not know the context of the hooks before it.
  fastify.addHook('preValidation', (request, _reply, done) => {
    if ('isQuiet' in request.routeOptions.config) done();
    else withOrigin({ kind: 'request', requestId: request.id, ...clientOf(request) }, done);
  });
}
