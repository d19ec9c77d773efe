import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Problem } from './problem.js';
import type { ProblemResponse } from './problem.response.js';

/** Answers with a problem document and the headers that go with it. */
export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  reply
    .status(problem.status)
    .header('x-request-id', requestId)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send({ ...problemBody(problem, requestId), ...alsoSaid(reply, problem, requestId) });
}

/** What a route adds for clients that were written for another server: `@RouteConfig({ alsoSays })`. */
export type AlsoSays = (problem: Problem, requestId: string) => Readonly<Record<string, unknown>>;

function alsoSaid(reply: FastifyReply, problem: Problem, requestId: string): Readonly<Record<string, unknown>> {
  const { config } = reply.request.routeOptions;
  return 'alsoSays' in config && typeof config.alsoSays === 'function'
    ? (config.alsoSays as AlsoSays)(problem, requestId)
    : {};
}

/** The problem document itself. */
export function problemBody(problem: Problem, requestId: string): Pick<ProblemResponse, keyof ProblemResponse> {
  return {
    type: `urn:fieldline:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    request_id: requestId,
  };
}
