import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from './core/config/settings.js';
import { AdmissionGate } from './core/http/admission/admission-gate.js';
import { gateRequests } from './core/http/admission/gate-requests.js';
import { parseBodies } from './core/http/body-parsers.js';
import { hideOptionalRoutes, isOpen } from './core/http/optional-routes.js';
import { problemOf } from './core/http/problems/problem-of.js';
import { refuseMalformed } from './core/http/problems/refuse-malformed.js';
import { sendProblem } from './core/http/problems/send-problem.js';
import { requestIdOf } from './core/http/request-id.js';
import { rememberOrigins } from './core/http/request-origin.js';
import { RouteTable } from './core/http/route-table.js';
import { ShortRoads } from './core/http/short-roads.js';
import { logRequests } from './core/logging/request-log.js';
import { Metrics } from './core/metrics/metrics.js';
import { measureRequests } from './core/metrics/request-metrics.js';
import { buildOpenApi } from './openapi.js';

const bodyLimitBytes = 1024 * 1024;
const probes = ['/api/health', '/health/live', '/health/ready', '/metrics'];

/** How Fastify itself is made, for main and for tests alike. */
export function fastifyOptions({ requestTimeoutSeconds, tls, trustProxy }: Settings) {
  return {
    bodyLimit: bodyLimitBytes,
    // A client that drips its body is cut off before it costs much.
    requestTimeout: requestTimeoutSeconds * 1_000,
    genReqId: requestIdOf,
    // The router refuses some addresses before any hook or filter runs.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(reply.header('x-content-type-options', 'nosniff'), problemOf(error), request.id);
    },
    clientErrorHandler: refuseMalformed,
    trustProxy: typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy],
    ...(tls === undefined ? {} : { https: { cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) } }),
  };
}

/** What every request passes before it reaches a module, and the pages that belong to no module. Before app.init(). */
export function configureApp(app: NestFastifyApplication, settings: Settings): void {
  const fastify = app.getHttpAdapter().getInstance();
  const routes = app.get(RouteTable);
  const isWorker = settings.role === 'worker';
  fastify.addHook('onRoute', ({ method, url, config }) => {
    if (isOpen(config, settings) && (!isWorker || probes.includes(url))) routes.add(method, url);
  });
  app.get(ShortRoads).lay(fastify);
  gateRequests(fastify, app.get(AdmissionGate), bodyLimitBytes);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  if (isWorker) serveOnlyProbes(fastify);
  hideOptionalRoutes(fastify, settings);
  logRequests(fastify);
  rememberOrigins(fastify);
  measureRequests(fastify, app.get(Metrics));
  parseBodies(app, bodyLimitBytes);
  secure(app, settings);
  fastify.get('/', (_request, reply) => reply.redirect('/api/docs'));
  SwaggerModule.setup('api/docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'api/docs-json',
    customSiteTitle: 'Fieldline API',
  });
}

function secure(app: NestFastifyApplication, settings: Settings): void {
  const isHttps = settings.tls !== undefined || settings.publicUrl?.startsWith('https:') === true;
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      // On a laptop there is no https to upgrade to.
      directives: isHttps ? {} : { upgradeInsecureRequests: null },
    },
    strictTransportSecurity: isHttps,
  });
  if (settings.corsOrigins.length === 0) return;
  app.enableCors({
    origin: settings.corsOrigins.includes('*') ? '*' : [...settings.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'ETag',
      'Link',
      'Location',
      'Retry-After',
      'X-Request-Id',
      'X-Total-Count',
      'X-Total-Count-Capped',
    ],
    maxAge: 600,
  });
}

/** A worker is asked by probes and by Prometheus, and by nobody else. */
function serveOnlyProbes(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    if (url === undefined || probes.includes(url)) done();
    else reply.callNotFound();
  });
}
