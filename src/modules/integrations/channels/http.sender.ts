import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errors, type Agent, type Dispatcher } from 'undici';
import { Egress } from '../../../core/egress/egress.js';
import { EgressRefused } from '../../../core/egress/egress-refused.js';
import { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome, OutboundMessage } from '../../runs/channels/channels.service.js';
import { TemplateValueMissing } from '../config/template.rules.js';
import { failed, messageOf, storable, type Failure } from './attempt.js';
import { ConnectionPool } from './connection-pool.js';
import { Deadline } from './deadline.js';
import { outcomeOfStatus } from './http-outcome.rules.js';
import { HttpRequestMaker, TemplateValueRefused, type HttpRequest } from './http-request.rules.js';
import type { HttpTarget } from './target.js';
import { userAgent } from './user-agent.js';

const connectTimeoutMs = 3_000;
const defaultTimeoutMs = 10_000;
/** Enough for every worker slot of a process; what is beyond waits for a free connection. */
const maxConnections = 128;
const keptResponseBytes = 16 * 1024;

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
    return 'url' in request ? this.exchange(target, request, signal) : request;
  }

  /** The request that `send` would make, or why none can be made of this message. */
  requestOf(target: HttpTarget, { deliveryId, messageJson }: OutboundMessage): HttpRequest | Failure {
    const timestampSeconds = Math.floor(this.clock.nowMs() / 1_000);
    try {
      return this.makerOf(target).make(messageJson, { deliveryId, timestampSeconds });
    } catch (error) {
      if (error instanceof TemplateValueMissing) return failed('template.missing_value', error.message, false);
      if (error instanceof TemplateValueRefused) return failed('template.invalid_value', error.message, false);
      throw error;
    }
  }

  /** The request with its secrets masked. */
  shown(target: HttpTarget, request: HttpRequest): object {
    return this.makerOf(target).shown(request);
  }

  async exchange(target: HttpTarget, request: HttpRequest, signal: AbortSignal): Promise<AttemptOutcome> {
    const deadline = new Deadline(target.config.timeout_ms ?? defaultTimeoutMs, signal);
    try {
      const agent = this.agents.of(target, (opened) => this.agentFor(opened));
      const { method, url, headers, body } = request;
      const { origin, pathname, search } = url;
      const answer = await agent.request({
        origin,
        path: pathname + search,
        method,
        headers,
        body,
        signal: deadline.signal,
      });
      const read = await beginningOf(answer.body, target.redaction.bytesFor(keptResponseBytes));
      const response = target.redaction.beginning(read, keptResponseBytes);
      const outcome = outcomeOfStatus(answer.statusCode, firstOf(answer.headers['retry-after']), this.clock.nowMs());
      return response === '' ? outcome : { ...outcome, response };
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

/**
 * The status has already said what became of the message: a body that is endless, slow or broken is only kept as far as
 * it came.
 */
async function beginningOf(body: Dispatcher.ResponseData['body'], wantedBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= wantedBytes) break; // leaving the loop destroys the body, and with it the connection
    }
  } catch {
    // What came before stays.
  }
  return storable(Buffer.concat(chunks).subarray(0, wantedBytes).toString('utf8'));
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
