import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.js';

/** Settings that open routes which are otherwise not there. */
export type RouteSetting = 'thingsboardApi';

/** Marks a route that is there only where the operator has asked for it. Goes into @RouteConfig. */
export const onlyWith = (setting: RouteSetting) => ({ onlyWith: setting });

/** Whether the route is there under these settings. It is documented in any case. */
export function isOpen(routeConfig: unknown, settings: Settings): boolean {
  const isOptional = typeof routeConfig === 'object' && routeConfig !== null && 'onlyWith' in routeConfig;
  return !isOptional || settings[routeConfig.onlyWith as RouteSetting];
}

/** What is not there answers as any other unknown path, before anybody asks for a credential. */
export function hideOptionalRoutes(fastify: FastifyInstance, settings: Settings): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isOpen(request.routeOptions.config, settings)) done();
    else reply.callNotFound();
  });
}
