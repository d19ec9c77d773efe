import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RouteTable } from '../route-table.js';
import type { Problem } from './problem.js';
import { problemOf } from './problem-of.js';
import { sendProblem } from './send-problem.js';

/** The one funnel of errors: whatever is thrown on the way of a request leaves as a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** For routes that Nest does not stand around. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const found = problemOf(error);
    const allowed = found.code === 'http.not_found' ? this.routes.methodsAt(pathOf(request)) : [];
    const problem: Problem =
      allowed.length === 0
        ? found
        : { status: 405, code: 'http.method_not_allowed', detail: `this path answers only to ${allowed.join(', ')}` };
    this.log(error, problem, request);
    if (reply.sent || reply.raw.headersSent) {
      // Half of another answer is out: the only way left to say that it is not whole.
      reply.raw.destroy();
      return;
    }
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    sendProblem(reply, problem, request.id);
  }

  private log(error: unknown, problem: Problem, request: FastifyRequest): void {
    const where = { err: error, request_id: request.id, method: request.method, route: request.routeOptions.url };
    if (problem.status === 500) this.logger.error(where, 'a request failed and nobody foresaw how');
    else if (problem.code.startsWith('database.')) this.logger.warn(where, problem.detail);
  }
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
