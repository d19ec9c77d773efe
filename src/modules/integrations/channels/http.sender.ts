import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errors, type Agent } from 'undici';
import { Egress } from '../../../core/egress/egress.js';
import { EgressRefused } from '../../../core/egress/egress-refused.js';
import { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome, OutboundMessage, Preview } from '../../runs/channels/channels.service.js';
import { TemplateValueMissing } from '../../../core/outbound/template.rules.js';
import { messageOf } from '../../../core/outbound/told.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import { ConnectionPool } from '../../../core/outbound/connection-pool.js';
import { exchange } from '../../../core/outbound/http-exchange.js';
import { Deadline } from '../../../core/outbound/deadline.js';
import { outcomeOfStatus } from './http-outcome.rules.js';
import { HttpRequestMaker, TemplateValueRefused, type HttpRequest } from './http-request.rules.js';
import type { HttpTarget } from './target.js';
import { userAgent } from '../../../core/outbound/user-agent.js';

const connectTimeoutMs = 3_000;
const defaultTimeoutMs = 10_000;
/** Enough for every worker slot of a process; what is beyond waits for a free connection. */
const maxConnections = 128;

/** Makes one HTTP attempt: one request, no redirects, at most 16 KiB of the answer, and an end on time whatever comes. */
@Injectable()
export class HttpSender implements OnModuleInit, OnApplicationShutdown {
  private readonly makers = new WeakMap<HttpTarget, HttpRequestMaker>();
  private readonly agents: ConnectionPool<Agent>;

  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {
    this.agents = new ConnectionPool(clock, (agent) => agent.close());
  }

  onModuleInit(): void {
    this.agents.startSweeping();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agents.endAll();
  }

  async send(target: HttpTarget, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    const request = this.requestOf(target, message);
    return 'url' in request ? this.ask(target, request, signal) : request;
  }

  /** The request that `send` makes, or why none can be made of this message. */
  private requestOf(target: HttpTarget, { deliveryId, messageJson }: OutboundMessage): HttpRequest | Failure {
    const timestampSeconds = Math.floor(this.clock.nowMs() / 1_000);
    try {
      return this.makerOf(target).make(messageJson, { deliveryId, timestampSeconds });
    } catch (error) {
      if (error instanceof TemplateValueMissing) return failed('template.missing_value', error.message, false);
      if (error instanceof TemplateValueRefused) return failed('template.invalid_value', error.message, false);
      throw error;
    }
  }

  /** What would be sent, with its secrets masked. */
  preview(target: HttpTarget, message: OutboundMessage): Preview {
    const request = this.requestOf(target, message);
    return 'url' in request ? { request: this.makerOf(target).shown(request) } : { request: null, failure: request };
  }

  private async ask(target: HttpTarget, request: HttpRequest, signal: AbortSignal): Promise<AttemptOutcome> {
    const deadline = new Deadline(target.config.timeout_ms ?? defaultTimeoutMs, signal);
    try {
      const agent = this.agents.of(target, (opened) => this.agentFor(opened));
      const { method, url, headers, body } = request;
      const { origin, pathname, search } = url;
      const path = pathname + search;
      const answer = await exchange(
        agent,
        { origin, path, method, headers, body, signal: deadline.signal },
        target.redaction,
      );
      const outcome = outcomeOfStatus(answer.status, answer.retryAfter, this.clock.nowMs());
      return answer.body === '' ? outcome : { ...outcome, response: answer.body };
    } catch (error) {
      return this.failureOf(target, error, deadline);
    } finally {
      deadline.clear();
    }
  }

  /** One for each version of an integration, so that its connections are kept alive and its certificates are its own. */
  private agentFor({ config: { tls = {} } }: HttpTarget): Agent {
    return this.egress.httpAgent({ connectTimeoutMs, tls, connections: maxConnections });
  }

  private makerOf(target: HttpTarget): HttpRequestMaker {
    const known = this.makers.get(target);
    if (known !== undefined) return known;
    const maker = new HttpRequestMaker(target.config, userAgent);
    this.makers.set(target, maker);
    return maker;
  }

  private failureOf(target: HttpTarget, error: unknown, deadline: Deadline): Failure {
    if (deadline.expired)
      return failed('http.timeout', `no answer within ${target.config.timeout_ms ?? defaultTimeoutMs} ms`, true);
    if (deadline.signal.aborted) return failed('http.aborted', 'given up before the answer came', true);
    if (error instanceof EgressRefused) return failed('egress.refused', error.message, false);
    if (error instanceof errors.ConnectTimeoutError) return failed('http.timeout', 'no connection within 3 s', true);
    if (error instanceof errors.InvalidArgumentError) return failed('config.invalid', messageOf(error), false);
    return failed('http.connection', target.redaction.of(messageOf(error)), true);
  }
}
