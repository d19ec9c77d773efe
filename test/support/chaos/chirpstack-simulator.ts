import { setTimeout as delay } from 'node:timers/promises';
import { anUplink } from '../uplinks.js';

/** One endpoint's part of one event. */
export interface Post {
  url: string;
  /** Undefined: no answer came within the timeout, or the connection broke. */
  status: number | undefined;
  body: { event_id?: string; spooled?: boolean; success?: boolean } | undefined;
  tookMs: number;
}

/** One event that ChirpStack sent, and what became of it there. */
export interface SentEvent {
  devEui: string;
  fCnt: number;
  sentAtMs: number;
  posts: Post[];
}

export interface ChirpStackOptions {
  /** Full addresses of ingest, several are posted one after the other. May change while it runs. */
  endpoints: () => string[];
  key: string;
  devEuis: readonly string[];
  timeoutMs?: number;
}

const timeoutMs = 5_000;

/**
 * Sends as ChirpStack v4's HTTP integration does: every event once to each endpoint, one endpoint after the other, five
 * seconds each, never again whatever the answer was; events go side by side, so nothing holds their order.
 *
 * @example
 * const network = new ChirpStackSimulator({ endpoints: () => [`${api.url}/api/v1/ingest/chirpstack`], key, devEuis });
 * network.start(50);            // fifty a second, until
 * await network.stop();         // the last answer is there
 * oracle.check(network.sent);
 */
export class ChirpStackSimulator {
  readonly sent: SentEvent[] = [];
  private readonly underWay = new Set<Promise<unknown>>();
  private stopping = new AbortController();
  private pace: Promise<void> = Promise.resolve();

  constructor(private readonly options: ChirpStackOptions) {}

  /** Events whose last endpoint answered 2xx; ChirpStack itself forgets the others. */
  get answered(): SentEvent[] {
    return this.sent.filter((event) => event.posts.some(isAnswered));
  }

  /** What answered events are known by afterwards. */
  get answeredEventIds(): string[] {
    return this.answered.flatMap(({ posts }) => posts.filter(isAnswered).map((post) => post.body?.event_id ?? ''));
  }

  start(perSecond: number): void {
    this.stopping = new AbortController();
    this.pace = this.keepPace(perSecond, this.stopping.signal);
  }

  /** Sends one event now; the answer is its own business. */
  send(): Promise<SentEvent> {
    const fCnt = this.sent.length;
    const devEui = this.options.devEuis[fCnt % this.options.devEuis.length];
    if (devEui === undefined) throw new Error('the network has no devices');
    const event: SentEvent = { devEui, fCnt, sentAtMs: Date.now(), posts: [] };
    this.sent.push(event);
    const posting = this.postAll(event);
    this.underWay.add(posting);
    return posting.finally(() => this.underWay.delete(posting));
  }

  async sendMany(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.send()));
  }

  /** Ends the load and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.pace;
    await Promise.all(this.underWay);
  }

  /** By the clock, not by waits added up: a slow machine catches up instead of sending less. */
  private async keepPace(perSecond: number, signal: AbortSignal): Promise<void> {
    const startedAtMs = performance.now();
    for (let sent = 0; !signal.aborted; sent += 1) {
      void this.send();
      const nextInMs = startedAtMs + ((sent + 1) * 1_000) / perSecond - performance.now();
      if (nextInMs > 0) await delay(nextInMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async postAll(event: SentEvent): Promise<SentEvent> {
    const body = JSON.stringify(anUplink(event.devEui, { fCnt: event.fCnt, object: { n: event.fCnt } }));
    for (const endpoint of this.options.endpoints()) event.posts.push(await this.post(endpoint, body));
    return event;
  }

  private async post(endpoint: string, body: string): Promise<Post> {
    const startedAtMs = performance.now();
    const url = `${endpoint}?event=up`;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.options.key}`, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(this.options.timeoutMs ?? timeoutMs),
      });
      const text = await response.text();
      return { url, status: response.status, body: parsed(text), tookMs: performance.now() - startedAtMs };
    } catch {
      return { url, status: undefined, body: undefined, tookMs: performance.now() - startedAtMs };
    }
  }
}

export function isAnswered({ status, body }: Post): boolean {
  return status !== undefined && status >= 200 && status < 300 && body?.success !== false;
}

function parsed(text: string): Post['body'] {
  try {
    return JSON.parse(text) as Post['body'];
  } catch {
    return undefined;
  }
}
