import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../problems/problem-of.js';
import { sendProblem } from '../problems/send-problem.js';
import type { AdmissionGate } from './admission-gate.js';
import { Overloaded } from './overloaded.error.js';

/** Marks a route whose messages pass the gate. Goes into @RouteConfig. */
export const gatedRoute = { isGated: true } as const;

/** Under load every other message would say it. */
const logEveryMs = 5_000;
const logger = new Logger('Admission');

/**
 * Keeps the gate before marked routes. It stands before everything else that happens to a request, its body and its key
 * included: a refusal that cost as much as an answer would help nobody.
 */
export function gateRequests(fastify: FastifyInstance, gate: AdmissionGate, bodyLimitBytes: number): void {
  const refusals = new Refusals();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isGated(request)) {
      done();
      return;
    }
    const admitted = gate.enter(bytesOf(request, bodyLimitBytes), performance.now());
    if (admitted === undefined) {
      refusals.note();
      refuse(request, reply);
      return;
    }
    // Not the answer's end: who hangs up gets none, and has left all the same.
    reply.raw.once('close', () => {
      gate.leave(admitted, performance.now());
    });
    done();
  });
}

export function isGated(request: FastifyRequest): boolean {
  return 'isGated' in request.routeOptions.config;
}

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problemOf(new Overloaded()), request.id);
}

/** Who does not say may send as much as is read at all. */
function bytesOf(request: FastifyRequest, bodyLimitBytes: number): number {
  const length = Number(request.headers['content-length']);
  return Number.isSafeInteger(length) && length >= 0 ? Math.min(length, bodyLimitBytes) : bodyLimitBytes;
}

/** Counts what is refused, and says so now and then. */
class Refusals {
  private count = 0;
  private saidAtMs = Number.NEGATIVE_INFINITY;

  note(): void {
    this.count += 1;
    const nowMs = performance.now();
    if (nowMs - this.saidAtMs < logEveryMs) return;
    logger.warn({ refused: this.count }, 'more messages arrive than can be taken in time; they are refused with 503');
    this.count = 0;
    this.saidAtMs = nowMs;
  }
}
