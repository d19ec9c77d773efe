import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withLogFields } from './log-context.js';

/** Marks a route that machines call all the time: its successes are logged at debug only. Goes into @RouteConfig. */
export const quietRoute = { isQuiet: true } as const;

const logger = new Logger('Request');

/**
 * One line for each answered request: method, route pattern, status, duration. Never the address itself: its path or
 * query may carry a token.
 */
export function logRequests(fastify: FastifyInstance): void {
  // Not earlier: a body arrives by events of the socket, which do not know the context of the hooks before it.
  fastify.addHook('preValidation', (request, _reply, done) => {
    // What is called all the time does without: the context would be carried through everything that follows.
    if ('shortRoad' in request.routeOptions.config) done();
    else withLogFields({ request_id: request.id }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    logAnswer(request, reply);
    done();
  });
}

function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const { url: route, config } = request.routeOptions;
  const fields = {
    request_id: request.id,
    method: request.method,
    route: route ?? 'unknown',
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 100) / 100,
  };
  // Whoever sends bytes is a machine too.
  const isMachine = 'isQuiet' in config || 'rawBody' in config;
  // Whom the gate turns away comes a thousand times a second; the gate says it once.
  const isTurnedAway = 'isGated' in config && reply.statusCode === 503;
  const isQuiet = (isMachine && reply.statusCode < 400) || isTurnedAway;
  if (isQuiet) logger.debug(fields, 'answered');
  else logger.log(fields, 'answered');
}
