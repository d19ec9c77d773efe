import { setTimeout as pause } from 'node:timers/promises';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import type { Clock } from '../../../core/time/clock.js';
import type { Said } from '../config/provision-config.rules.js';
import { ProvisionFailed } from '../provision-failed.js';
import { isForNow, mostTries, pauseBefore, retryAfterMs } from './retry.rules.js';
import { whyUnreachable } from './why-unreachable.rules.js';

/** What the server answered, whatever it is. */
export interface Answer {
  status: number;
  body: unknown;
}

export interface Ask {
  bearer?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The path as it may be shown, where the real one holds a secret. */
  shownAs?: string;
}

/** The time by which everything has to be done, shared by all requests of one run. */
export interface Deadline {
  clock: Clock;
  endMs: number;
}

/** No single request is waited for longer. */
const mostMsOfRequest = 10_000;

/**
 * Speaks to the server by its public API. A server that is away or busy for the moment is asked again, as it wishes and while
 * there is time; whatever has no use in asking again ends at once with the words that help. It follows no redirection: a
 * password goes to the address in the file or nowhere.
 */
export class ServerApi {
  constructor(
    private readonly url: Said,
    private readonly deadline: Deadline,
    private readonly notice: (text: string) => void,
  ) {}

  get shownUrl(): string {
    return this.url.value;
  }

  get remainingMs(): number {
    return this.deadline.endMs - this.deadline.clock.nowMs();
  }

  /** Answers also what the server refused; throws where it could not be spoken to. */
  async ask(method: 'GET' | 'POST' | 'PATCH', path: string, ask: Ask = {}): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.tryOnce(method, path, ask);
      if (!('failure' in outcome)) return outcome;
      const pauseMs = outcome.isForNow ? pauseBefore(tries, outcome.retryAfterMs, this.remainingMs) : undefined;
      if (pauseMs === undefined) throw outcome.failure;
      this.notice(`${outcome.failure.why}; trying again in ${pauseMs / 1_000} s (${tries + 1} of ${mostTries})`);
      await pause(pauseMs);
    }
  }

  private async tryOnce(method: string, path: string, ask: Ask): Promise<Answer | Failed> {
    try {
      const response = await this.fetched(method, path, ask);
      const text = await response.text();
      return this.read(response, text, `${method} ${ask.shownAs ?? path}`);
    } catch (error) {
      const { why, cure, isForNow: isWorthATry } = whyUnreachable(error, this.url.at);
      return { failure: this.unreachable(why, cure), isForNow: isWorthATry };
    }
  }

  private async fetched(method: string, path: string, { bearer, body, headers }: Ask): Promise<Response> {
    const sent = {
      accept: 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    return fetch(`${this.url.value}${path}`, {
      method,
      headers: sent,
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.max(1, Math.min(mostMsOfRequest, this.remainingMs))),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  private read(response: Response, text: string, what: string): Answer | Failed {
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      const cure = `put the address that is meant into ${this.url.at}`;
      const failure = this.unreachable(`it leads elsewhere: ${elsewhere(headers.get('location'))}`, cure);
      return { failure, isForNow: false };
    }
    const body = parsed(text);
    if (isForNow(status)) {
      const failure = this.unreachable(`${what} answered ${status}: ${detailOf(body) ?? 'not now'}`, 'try again later');
      return {
        failure,
        isForNow: true,
        retryAfterMs: retryAfterMs(headers.get('retry-after'), this.deadline.clock.nowMs()),
      };
    }
    if (body === undefined) {
      const type = headers.get('content-type') ?? 'nothing that it names';
      const why = `${what} answered ${status} with ${type}, which is not JSON: another server or a proxy stands there`;
      return { failure: this.unreachable(why, `check the address in ${this.url.at}`), isForNow: false };
    }
    return { status, body };
  }

  private unreachable(why: string, cure: string): ProvisionFailed {
    return new ProvisionFailed('unreachable', `${this.url.value} cannot be used.`, why, cure);
  }
}

interface Failed {
  failure: ProvisionFailed;
  isForNow: boolean;
  retryAfterMs?: number | undefined;
}

/** Undefined: it is none. An empty answer is null. */
function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The server’s own words for a refusal. */
export function detailOf(body: unknown): string | undefined {
  if (!isPlainObject(body)) return undefined;
  const detail = [body['detail'], body['message'], body['error'], body['title']].find(
    (text) => typeof text === 'string',
  );
  const errors: unknown[] = Array.isArray(body['errors']) ? body['errors'] : [];
  const fields = errors.filter(isPlainObject).map(({ path, message }) => `${String(path)} ${String(message)}`);
  return detail === undefined ? undefined : [detail, ...fields].join('; ');
}

/** Without what a query might hold. */
function elsewhere(location: string | null): string {
  return location === null ? 'nowhere that it says' : (location.split('?')[0] ?? location);
}
