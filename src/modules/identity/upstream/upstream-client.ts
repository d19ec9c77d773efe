import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { errors, type Agent, type Dispatcher } from 'undici';
import { Egress } from '../../../core/egress/egress.js';
import { EgressRefused } from '../../../core/egress/egress-refused.js';
import { HostUnknown } from '../../../core/egress/host-unknown.js';
import { Deadline } from '../../../core/outbound/deadline.js';
import { retryAfterMsOf } from '../../../core/outbound/retry-after.rules.js';
import { messageOf } from '../../../core/outbound/told.js';
import { userAgent } from '../../../core/outbound/user-agent.js';
import { Clock } from '../../../core/time/clock.js';
import { UpstreamAway } from './upstream-away.js';

const connectTimeoutMs = 5_000;
const timeoutMs = 10_000;
/** A target may be 64 KiB of JSON, and more where another upstream says more. */
const maxAnswerBytes = 1024 * 1024;

export interface UpstreamCall {
  method: 'GET' | 'POST' | 'PATCH';
  /** Below the endpoint: `/device/register`. */
  path: string;
  bearer?: string | undefined;
  body?: unknown;
  ifNoneMatch?: string | undefined;
}

export interface UpstreamAnswer {
  status: number;
  /** Parsed; undefined where it is no JSON. */
  body: unknown;
  etag: string | undefined;
  retryAfterMs: number | undefined;
}

/** One request to the upstream and its whole answer, through the egress guard. Redirections are not followed. */
@Injectable()
export class UpstreamClient implements OnApplicationShutdown {
  private agent: Agent | undefined;

  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {}

  /** Not earlier: jobs that are under way may end. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent?.destroy();
  }

  /** Refuses an address inside before anything is stored; one that cannot be resolved now is only away. */
  async check(apiEndpoint: string): Promise<void> {
    await this.egress.checkUrl(apiEndpoint).catch((error: unknown) => {
      if (!(error instanceof HostUnknown)) throw error;
    });
  }

  /** @throws UpstreamAway, whatever kept the answer from coming; the reason names no secret. */
  async call(apiEndpoint: string, call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    const deadline = new Deadline(timeoutMs, signal);
    this.agent ??= this.egress.httpAgent({ connectTimeoutMs });
    try {
      const answer = await this.agent.request({ ...requestOf(apiEndpoint, call), signal: deadline.signal });
      const { headers } = answer;
      return {
        status: answer.statusCode,
        body: jsonIn(await bytesOf(answer.body)),
        etag: firstOf(headers.etag),
        retryAfterMs: retryAfterMsOf(firstOf(headers['retry-after']), this.clock.nowMs()),
      };
    } catch (error) {
      throw new UpstreamAway(reasonOf(error, deadline.expired), { cause: error });
    } finally {
      deadline.clear();
    }
  }
}

function requestOf(apiEndpoint: string, call: UpstreamCall): Dispatcher.RequestOptions {
  const { origin, pathname } = new URL(apiEndpoint);
  return {
    origin,
    method: call.method,
    path: pathname.replace(/\/+$/, '') + call.path,
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(call.bearer === undefined ? {} : { authorization: `Bearer ${call.bearer}` }),
      ...(call.ifNoneMatch === undefined ? {} : { 'if-none-match': call.ifNoneMatch }),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  };
}

async function bytesOf(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error('its answer is longer than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, isLate: boolean): string {
  if (isLate) return `the upstream did not answer within ${timeoutMs / 1_000} s`;
  if (error instanceof errors.ConnectTimeoutError) return 'the upstream cannot be reached in time';
  if (error instanceof EgressRefused) return error.message;
  return `the upstream cannot be reached: ${messageOf(error)}`;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
