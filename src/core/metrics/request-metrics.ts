import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

/** From a cached key's 202 to a page that asks the database a lot. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Measures each answered request by route pattern: the router's table bounds that label, an unknown path has none. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const duration = new Histogram({
    name: 'fieldline_http_request_duration_seconds',
    help: 'How long requests took, from the first byte of the request to the last of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [metrics.registry],
  });
  // Finding the series by its labels costs more than counting in it.
  const series = new Map<string, { observe: (seconds: number) => void }>();
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const method = route === 'unknown' ? 'any' : request.method;
    const status = reply.statusCode;
    const key = `${method} ${route} ${status.toString()}`;
    let found = series.get(key);
    if (found === undefined) {
      found = duration.labels({ method, route, status });
      series.set(key, found);
    }
    found.observe(reply.elapsedTime / 1000);
    done();
  });
}
